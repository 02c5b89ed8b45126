// Shows what is left of an attempt's time, and tells attempt.js when it is over. The server's clock
// counts; the device tells only how much time has passed since the server was last asked.

const form = document.querySelector("form[data-deadline]");
const timer = form.querySelector("[role=timer]");
const announcement = timer.nextElementSibling;
const { lang } = document.documentElement;

const LONGEST_SHOWN = 24 * 3600; // seconds
const ANNOUNCED = [600, 300, 60];
const WARNED = 300;
const SHORT = 3;
const LARGEST_DRIFT = 2000; // milliseconds
const BETWEEN_LOOKS = 60000;
const BETWEEN_LOOKS_AT_THE_END = 3000;
const LONGEST_LOOK = 10000;

let deadline;
let endsAt; // by performance.now()
let skew;
let lookedAt = performance.now();
let isLooking = false;
let before; // seconds left at the last tick
let next = 0;

// `at`: the moment of performance.now() at which the server's clock said `now`.
function set(now, until, at) {
  deadline = until;
  endsAt = at + (until - now) * 1000;
  skew = Date.now() - performance.now();
}

// A clock that was changed, or stood still while the device slept, says nothing any more.
function hasDrifted() {
  return Math.abs(Date.now() - performance.now() - skew) > LARGEST_DRIFT;
}

async function look() {
  if (isLooking) return;
  isLooking = true;
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), LONGEST_LOOK);
  lookedAt = performance.now();
  try {
    const answer = await fetch(form.dataset.time, { signal: abort.signal });
    if (!answer.ok) return;
    const { now, deadline_at, submitted_at } = await answer.json();
    const [clock, until] = [now, deadline_at].map((time) => Date.parse(time) / 1000);
    const isMoved = Math.abs(until - deadline) > 1;
    set(clock, until, (lookedAt + performance.now()) / 2);
    if (submitted_at) {
      clearTimeout(next);
      timer.hidden = true;
      form.dispatchEvent(new Event("time-closed"));
    } else if (clock >= until) {
      form.dispatchEvent(new Event("time-over"));
    } else if (isMoved) {
      before = secondsLeft();
      await showNewEnd();
    }
  } catch {
    // No network: the device goes on counting, and looks again.
  } finally {
    clearTimeout(limit);
    isLooking = false;
  }
}

async function showNewEnd() {
  announce();
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [shown, moved] = [document, page].map((where) => where.querySelector(".deadline"));
  if (moved) shown.replaceChildren(...moved.childNodes);
}

function secondsLeft() {
  return Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
}

function clockFace(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts
    .slice(parts[0] ? 0 : 1)
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

function announce() {
  const minutes = new Intl.NumberFormat(lang, { style: "unit", unit: "minute", unitDisplay: "long" });
  const time = minutes.format(Math.ceil(secondsLeft() / 60));
  announcement.textContent = timer.dataset.left.replace("{time}", time);
}

function tick() {
  const seconds = secondsLeft();
  timer.hidden = seconds > LONGEST_SHOWN;
  timer.classList.toggle("warn", seconds <= WARNED);
  timer.textContent = seconds
    ? timer.dataset.left.replace("{time}", clockFace(seconds))
    : timer.dataset.over;
  const hasPassed = (mark) => seconds <= mark && mark < before;
  if (ANNOUNCED.some(hasPassed)) announce();
  if (hasPassed(SHORT)) form.dispatchEvent(new Event("time-short"));
  const pause = seconds && !hasDrifted() ? BETWEEN_LOOKS : BETWEEN_LOOKS_AT_THE_END;
  const isDue = performance.now() - lookedAt > pause && !(seconds && document.hidden);
  if (hasPassed(0) || isDue) look();
  before = seconds;
  next = setTimeout(tick, seconds ? (endsAt - performance.now()) % 1000 : 1000);
}

addEventListener("pageshow", look);
addEventListener("online", look);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) look();
});

const { now, deadline: until } = form.dataset;
set(Number(now), Number(until), performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
before = secondsLeft();
tick();
