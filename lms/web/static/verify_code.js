// On the page of a certificate: takes what the printed code says out of the address bar, so that it
// stays in no history and no copied link, and compares it with what the page says. It checks no
// signature: the page comes from the service itself, and what it says counts.

(() => {
  "use strict";
  const fragment = location.hash.slice(1);
  if (!fragment || document.getElementById(fragment)) return;
  history.replaceState(null, "", location.pathname + location.search);

  const printed = document.getElementById("printed");
  const page = JSON.parse(printed.dataset.facts);
  const said = codePayload.read(fragment)?.facts;
  const differs = said
    ? Object.keys(page).filter((name) => page[name] !== null && !page[name].includes(said[name]))
    : [];
  for (const name of differs) printed.querySelector(`[data-fact=${name}]`).hidden = false;
  const notice = !said ? "broken" : differs.length ? "differs" : "same";
  // An erased name is not confirmed, be it the right one.
  if (notice === "same" && page.holder === null) return;
  printed.querySelector(`[data-printed=${notice}]`).hidden = false;
})();
