// Shows how a certificate will read while the name is typed, so that nobody needs to ask for it first.

const form = document.querySelector("form[data-naming]");
const shown = form?.elements.namedItem("shown");

function tidy(text) {
  return text.normalize("NFC").trim().split(/\s+/u).join(" ");
}

function written() {
  const { given_names, family_names, name_order, family_in_capitals } = form.elements;
  let family = tidy(family_names.value);
  if (family_in_capitals.checked) family = family.toUpperCase().normalize("NFC");
  const parts = [tidy(given_names.value), family];
  if (name_order.value === "family-first") parts.reverse();
  return parts.filter(Boolean).join(" ");
}

form?.addEventListener("input", () => {
  const name = written();
  form.querySelector("[data-written]").textContent = name || "…";
  if (shown) shown.value = name;
});
