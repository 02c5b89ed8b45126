// Saves the answers of an open attempt while they are given. Without it the form's buttons do the
// same. It needs neither a secure origin nor storage: where one is missing, less is kept.

const form = document.querySelector("form[data-autosave]");
const status = form.querySelector("[role=status]");
const client = form.elements.client.value;
const storageKey = `scrutin:attempt:${form.dataset.attempt}:${form.dataset.person}`;

const DELAY = 800; // milliseconds from a change to its request
const LONGEST_PAUSE = 60000;
const LONGEST_REQUEST = 30000;
const LONGEST_WAIT = 3000;
const MOST_CONFLICTS = 4;

// client → slot → the save of that slot that no receipt has answered yet. Saves of other clients
// come from earlier visits on this device, and may belong to another page of questions; they go
// first, under the name they were made with, so that a save which did arrive is recognised.
const unanswered = readStored();
// slot → the highest number that may have been sent.
const tried = Object.fromEntries(
  Object.entries(unanswered[client] ?? {}).map(([slot, save]) => [slot, save.number]),
);
// slot → why, where a save does not count and the page is not yet compared with the server's.
const stale = new Map();
// What came of comparing: slots with two answers to choose between, with a newer one of another
// device, or with a final one.
const found = { other: new Set(), newer: new Set(), final: new Set() };
let inFlight = null;
let timer = 0;
let delay = DELAY;
let failures = 0;
let conflicts = 0;
// After a refusal of several saves they go one by one, to find the one at fault.
let oneByOne = false;
// Why this page sends nothing any more: the name of a message.
let ended = "";
let isLeaving = false;

function readStored() {
  try {
    return JSON.parse(localStorage.getItem(storageKey)) || {};
  } catch {
    return {};
  }
}

// Another tab may hold saves under its own client's name: only what this page knows is rewritten.
function store(name) {
  if (!Object.keys(unanswered[name]).length) delete unanswered[name];
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

function count() {
  return new Set(Object.values(unanswered).flatMap(Object.keys)).size;
}

function words(name, values = { count: count() }) {
  return Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value),
    status.dataset[name],
  );
}

function say(...sentences) {
  status.textContent = sentences.join(" · ");
}

function end(reason) {
  ended = reason;
  say(words(reason));
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

function show(set, whole) {
  for (const field of set.querySelectorAll("[data-path]")) {
    write(field, field.dataset.path.split(".").reduce((at, step) => at?.[step], whole));
  }
}

function showProblem(slot, problem) {
  const set = fieldset(slot);
  if (!set) return;
  set.querySelector("[data-problem]").textContent = problem;
  for (const input of set.querySelectorAll("[data-holds=text] input")) {
    input.setAttribute("aria-invalid", Boolean(problem));
  }
}

function record(set) {
  const { slot } = set.dataset;
  (unanswered[client] ??= {})[slot] = {
    slot: Number(slot),
    // One that was never sent is still free.
    number: (tried[slot] ?? 0) + 1,
    base: Number(base(slot).value),
    response: response(set),
    language: form.dataset.language,
  };
  store(client);
}

function plan(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(send, milliseconds);
}

function send() {
  clearTimeout(timer);
  const name = Object.keys(unanswered).find((other) => other !== client) ?? client;
  const saves = Object.values(unanswered[name] ?? {}).slice(0, oneByOne ? 1 : undefined);
  if (inFlight || ended || !(saves.length || stale.size)) return;
  if (name === client) for (const { slot, number } of saves) tried[slot] = number;
  if (saves.length) say(words("saving"));
  inFlight = (saves.length ? put(name, saves) : compare()).catch(retry).finally(() => {
    inFlight = null;
  });
}

function ask(address, options) {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), LONGEST_REQUEST);
  return fetch(address, { signal: abort.signal, ...options }).finally(() => clearTimeout(limit));
}

async function put(name, saves) {
  const answer = await ask(form.dataset.autosave, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-CSRFToken": form.dataset.csrf },
    body: JSON.stringify({ client: name, saves }),
    // The last try of a tab that is being closed outlives it.
    keepalive: document.hidden,
  });
  const code = answer.status;
  const isRefused = code === 409 || code === 422;
  if (answer.ok) {
    accept(name, (await answer.json()).receipts);
  } else if (isRefused && saves.length > 1) {
    oneByOne = true;
    plan(0);
  } else if (code === 409 && name === client && ++conflicts <= MOST_CONFLICTS) {
    // This page was shown before under the same name (the browser's back button): number on.
    const [{ slot }] = saves;
    unanswered[name][slot].number = tried[slot] += 10 ** conflicts;
    store(name);
    plan(0);
  } else if (isRefused && name !== client) {
    // What an earlier visit left cannot be taken any more; the page shows what counts.
    forget(name, saves[0]);
    store(name);
    report();
  } else if (code === 429 || code >= 500) {
    retry();
  } else {
    end(code === 401 ? "signedout" : "stopped");
  }
}

function forget(name, { slot, number }) {
  if (unanswered[name]?.[slot]?.number === number) delete unanswered[name][slot];
}

function accept(name, receipts) {
  failures = conflicts = 0;
  oneByOne = false;
  for (const receipt of receipts) {
    const { slot, revision, current, late, problem } = receipt;
    if (current) settle(name, slot, revision);
    else if (late) ended = "closed";
    else stale.set(slot, problem);
    showProblem(slot, problem);
    forget(name, receipt);
  }
  // Whoever is leaving has asked for the next page before this answer counted, and will miss it.
  if (!isLeaving) Object.keys(unanswered).forEach(store);
  if (ended) end(ended);
  else report();
}

// An answer counts: what this device has of later visits builds on it.
function settle(name, slot, revision) {
  for (const { [slot]: later } of Object.values(unanswered)) {
    if (later) later.base = Math.max(later.base, revision);
  }
  const set = fieldset(slot);
  if (!set || revision <= base(slot).value) return;
  if (!unanswered[client]?.[slot]) show(set, unanswered[name][slot].response);
  base(slot).value = revision;
  set.querySelector("[data-rival]").replaceChildren();
  for (const slots of Object.values(found)) slots.delete(slot);
}

// Another device had answered. The server's page of this moment has both answers, with the buttons
// to choose; what is typed after they are shown is newer than both.
async function compare() {
  const answer = await ask(location.href);
  if (answer.redirected) return end("stopped");
  if (!answer.ok) throw answer;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const [slot, problem] of stale) {
    const set = fieldset(slot);
    const other = page.querySelector(`[data-slot="${slot}"]`);
    const rival = other?.querySelector("[data-rival]");
    const isTyped = unanswered[client]?.[slot];
    if (set ? !other : problem) {
      found.final.add(slot);
    } else if (!set || rival.childElementCount) {
      found.other.add(slot);
    } else if (!isTyped && JSON.stringify(response(set)) !== JSON.stringify(response(other))) {
      found.newer.add(slot);
      show(set, response(other));
    }
    // What was typed in between is compared in its turn.
    if (set && other && (rival.childElementCount || !isTyped)) {
      set.querySelector("[data-rival]").replaceChildren(...rival.childNodes);
      base(slot).value = other.querySelector("[name^=base-]").value;
    }
  }
  stale.clear();
  report();
}

function report() {
  if (count() || stale.size) return plan(0);
  const { lang } = document.documentElement;
  const said = [words("saved", { time: new Date().toLocaleTimeString(lang, { timeStyle: "short" }) })];
  for (const [name, slots] of Object.entries(found)) {
    const numbers = [...slots].sort((a, b) => a - b).join(", ");
    if (numbers) said.push(words(name, { numbers }));
  }
  say(...said);
}

function retry() {
  failures += 1;
  if (count()) say(words("waiting"));
  plan(Math.min(1000 * 2 ** failures, LONGEST_PAUSE));
}

// Answers from earlier visits that never arrived are shown again, unless a newer one of another
// device did arrive.
function restore() {
  const shown = new Set();
  for (const [name, saves] of Object.entries(unanswered)) {
    for (const [slot, save] of Object.entries(saves)) {
      const set = fieldset(slot);
      if (!set) continue;
      if (set.dataset.client === name || save.base >= base(slot).value) shown.add(slot);
      if (shown.has(slot)) show(set, save.response);
    }
  }
}

form.addEventListener("input", (event) => {
  const set = event.target.closest("[data-slot]");
  if (!set || ended === "closed") return;
  isLeaving = false;
  record(set);
  if (ended || failures) say(words(ended || "waiting"));
  else plan(delay);
});

function wait() {
  return new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
}

async function sendAll() {
  let tries = 2;
  do {
    send();
    await inFlight;
  } while (count() && !ended && (!failures || --tries));
}

// A button waits for the request that is under way, and for those that failed to be tried again, so
// that the form does not overtake them.
let released = false;
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.form !== form || released || !(inFlight || failures)) return;
  event.preventDefault();
  await Promise.race([sendAll(), wait()]);
  clearTimeout(timer);
  released = true;
  button.click();
});

// countdown.js tells of the time. When it is over the form goes by itself, unless there is no
// network: then the answers stay here, and the next look tries again.
form.addEventListener("time-short", () => {
  delay = 0;
  send();
});
form.addEventListener("time-over", async () => {
  if (released || !form.dataset.finish) return;
  released = true;
  await Promise.race([sendAll(), wait()]);
  released = !failures;
  if (failures) return;
  form.insertAdjacentHTML("beforeend", '<input type="hidden" name="confirmed" value="1">');
  form.action = form.dataset.finish;
  form.submit();
});
form.addEventListener("time-closed", () => end("closed"));

addEventListener("pageshow", () => {
  released = false; // the browser's back button may bring this very page back
});
addEventListener("beforeunload", () => {
  isLeaving = true;
});
addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) send();
});

for (const rival of form.querySelectorAll("[data-rival]:not(:empty)")) {
  found.other.add(Number(rival.closest("[data-slot]").dataset.slot));
}
restore();
send();
