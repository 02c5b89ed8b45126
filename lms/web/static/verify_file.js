// Makes the file's form a place to drop a file on. Without this script it is a form like any other.

const form = document.querySelector("form[data-largest]");
const input = form.querySelector("input[type=file]");
const error = form.querySelector(".error");
const status = form.querySelector("[role=status]");
const { largest, tooLarge } = form.dataset;

form.querySelector("[data-drop]").hidden = false;

// The server refuses it as well, but only once all of it has travelled.
function isFit() {
  const isTooLarge = input.files[0]?.size > Number(largest);
  error.textContent = isTooLarge ? tooLarge : "";
  input.setAttribute("aria-invalid", String(isTooLarge));
  return !isTooLarge;
}

function mark(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("chosen", event.type === "dragover");
}

form.addEventListener("dragover", mark);
form.addEventListener("dragleave", mark);
form.addEventListener("drop", (event) => {
  mark(event);
  const [file] = event.dataTransfer.files;
  if (!file) return;
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
  form.requestSubmit();
});

input.addEventListener("change", isFit);
form.addEventListener("submit", (event) => {
  if (!isFit()) {
    event.preventDefault();
    return;
  }
  status.textContent = status.dataset.checking.replace("{name}", input.files[0].name);
});

// The page comes back as it was left.
addEventListener("pageshow", () => {
  status.textContent = "";
});
