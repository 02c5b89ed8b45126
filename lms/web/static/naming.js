// Shows how a certificate will read while the name is typed, so that nobody needs to ask for it first.

const form = document.querySelector("form[data-naming]");
const shown = form?.elements.namedItem("shown");

function tidy(text) {
  return text.normalize("NFC").trim().split(/\s+/u).join(" ");
}

function written() {
  const field = (name) => form.elements.namedItem(name);
  let family = tidy(field("family-names").value);
  if (field("family-in-capitals").checked) family = family.toUpperCase().normalize("NFC");
  const parts = [tidy(field("given-names").value), family];
  if (field("name-order").value === "family-first") parts.reverse();
  return parts.filter(Boolean).join(" ");
}

form?.addEventListener("input", () => {
  const name = written();
  form.querySelector("[data-written]").textContent = name || "…";
  if (shown) shown.value = name;
});
