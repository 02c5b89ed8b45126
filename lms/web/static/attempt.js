// Saves the answers of an open attempt while they are given. Without it the form's buttons do the
// same. It needs neither a secure origin nor storage: where one is missing, less is kept.

const form = document.querySelector("form[data-autosave]");
const status = form.querySelector("[role=status]");
const client = form.elements.client.value;
const storageKey = `scrutin:attempt:${form.dataset.attempt}:${form.dataset.person}`;

const DELAY = 800; // milliseconds from a change to its request
const LONGEST_PAUSE = 60000;
const LONGEST_WAIT_FOR_SUBMIT = 3000;
const MOST_CONFLICTS = 4;

// client → slot → the save of that slot that no receipt has answered yet. Saves of other clients
// come from earlier visits on this device; they go first, under the name they were made with, so
// that a save which did arrive is recognised.
const unanswered = readStored();
const numbers = Object.fromEntries(
  Object.entries(unanswered[client] ?? {}).map(([slot, save]) => [slot, save.number]),
);
let inFlight = null;
let timer = 0;
let failures = 0;
let conflicts = 0;
let stopped = false;
let overtaken = false;

function readStored() {
  try {
    return JSON.parse(localStorage.getItem(storageKey)) || {};
  } catch {
    return {};
  }
}

// Another tab may hold saves under its own client's name: only what this page knows is rewritten.
function store(name) {
  try {
    const all = readStored();
    if (unanswered[name]) all[name] = unanswered[name];
    else delete all[name];
    if (Object.keys(all).length) localStorage.setItem(storageKey, JSON.stringify(all));
    else localStorage.removeItem(storageKey);
  } catch {
    // No storage here: what is unanswered lives as long as the page.
  }
}

function fieldset(slot) {
  return form.querySelector(`[data-slot="${slot}"]`);
}

function base(slot) {
  return form.elements[`base-${slot}`];
}

function say(name, values = {}) {
  status.textContent = Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value),
    status.dataset[name],
  );
}

function count() {
  return new Set(Object.values(unanswered).flatMap(Object.keys)).size;
}

// What a field holds is said by its data-holds: a list of what is chosen, a truth, or one text.
function read(field) {
  const { holds } = field.dataset;
  if (holds === "text") return field.querySelector("input, select").value;
  const chosen = Array.from(field.querySelectorAll("input:checked"), (input) => input.value);
  if (holds === "truth") return chosen.length ? chosen[0] === "true" : null;
  return chosen;
}

function write(field, value) {
  for (const control of field.querySelectorAll("input, select")) {
    if (field.dataset.holds === "text") control.value = value ?? "";
    else control.checked = [value ?? []].flat().map(String).includes(control.value);
  }
}

function response(set) {
  const whole = {};
  for (const field of set.querySelectorAll("[data-path]")) {
    const path = field.dataset.path.split(".");
    const last = path.pop();
    path.reduce((at, step) => (at[step] ??= {}), whole)[last] = read(field);
  }
  return whole;
}

function record(slot) {
  numbers[slot] = (numbers[slot] ?? Number(fieldset(slot).dataset.number)) + 1;
  (unanswered[client] ??= {})[slot] = {
    slot: Number(slot),
    number: numbers[slot],
    base: Number(base(slot).value),
    response: response(fieldset(slot)),
  };
  store(client);
}

function plan(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

function nextBatch() {
  const name = Object.keys(unanswered).find((other) => other !== client) ?? client;
  return unanswered[name] && [name, Object.values(unanswered[name])];
}

function send() {
  clearTimeout(timer);
  const batch = nextBatch();
  if (!batch || inFlight || stopped) return;
  const [name, saves] = batch;
  // Receipts may have come since a save was recorded: it builds on the newest that we have seen.
  if (name === client) {
    for (const save of saves) save.base = Math.max(save.base, Number(base(save.slot).value));
  }
  say("saving");
  inFlight = put(name, saves)
    .then((answer) => settle(name, saves, answer))
    .catch(() => retry())
    .finally(() => {
      inFlight = null;
    });
}

async function put(name, saves) {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), 30000);
  try {
    const response = await fetch(form.dataset.autosave, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.dataset.csrf },
      body: JSON.stringify({ client: name, saves }),
      signal: abort.signal,
    });
    return { code: response.status, body: response.ok ? await response.json() : null };
  } finally {
    clearTimeout(limit);
  }
}

function settle(name, saves, { code, body }) {
  if (body) {
    accept(name, saves, body.receipts);
  } else if (code === 409 && name === client && ++conflicts <= MOST_CONFLICTS) {
    // This page was shown before under the same name (the browser's back button): number on.
    for (const { slot } of saves) {
      numbers[slot] += 10 ** conflicts;
      unanswered[name][slot].number = numbers[slot];
    }
    store(name);
    plan(0);
  } else if (code === 429 || code >= 500) {
    retry();
  } else if (name !== client && [404, 409, 422].includes(code)) {
    // What an earlier visit left cannot be taken any more; the page shows what counts.
    delete unanswered[name];
    store(name);
    plan(0);
  } else {
    stopped = true;
    say("stopped");
  }
}

function accept(name, saves, receipts) {
  failures = conflicts = 0;
  for (const receipt of receipts) {
    const sent = saves.find((save) => save.slot === receipt.slot);
    const field = base(receipt.slot);
    const known = Number(field.value);
    if (receipt.late) stopped = true;
    if (!receipt.current && sent.base >= known) overtaken = true;
    if (receipt.current) field.value = Math.max(known, receipt.revision);
    if (unanswered[name][receipt.slot]?.number === receipt.number) {
      delete unanswered[name][receipt.slot];
    }
  }
  if (!Object.keys(unanswered[name]).length) delete unanswered[name];
  store(name);
  if (stopped) say("closed");
  else if (count()) plan(0);
  else if (overtaken) say("other");
  else say("saved", { time: new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format() });
}

function retry() {
  failures += 1;
  say("waiting", { count: count() });
  plan(Math.min(1000 * 2 ** failures, LONGEST_PAUSE));
}

// Answers from an earlier visit that never arrived are shown again, unless something newer did.
function restore() {
  for (const saves of Object.values(unanswered)) {
    for (const [slot, save] of Object.entries(saves)) {
      const set = fieldset(slot);
      if (!set || save.base < Number(base(slot).value)) continue;
      for (const field of set.querySelectorAll("[data-path]")) {
        write(field, field.dataset.path.split(".").reduce((at, step) => at?.[step], save.response));
      }
    }
  }
}

form.addEventListener("input", (event) => {
  const set = event.target.closest("[data-slot]");
  if (!set) return;
  record(set.dataset.slot);
  if (stopped) return;
  if (!failures) plan(DELAY);
  else say("waiting", { count: count() });
});

// A button waits for the request that is under way, so that the form does not overtake it.
let released = false;
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || released || !inFlight) return;
  event.preventDefault();
  clearTimeout(timer);
  Promise.race([
    inFlight,
    new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT_FOR_SUBMIT)),
  ]).then(() => {
    clearTimeout(timer);
    released = true;
    button.click();
  });
});

addEventListener("pageshow", () => {
  released = false; // the browser's back button may bring this very page back
});
addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) send();
});

restore();
send();
