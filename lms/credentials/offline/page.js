// The page around it: the camera, a picture or a text goes in, and a verdict comes out. It asks nobody.

(() => {
  "use strict";
  const find = (name) => document.querySelector(`[data-part=${name}]`);
  const kept = JSON.parse(document.getElementById("kept").textContent);
  const list = judge.readList(kept);
  // Widths in pixels at which a picture is looked through: quickly first, then for a small code in a
  // large photograph.
  const WIDTHS = [1800, 3200];
  const BETWEEN_LOOKS = 120; // milliseconds
  const TONES = {
    right: "ok", revoked: "bad", altered: "bad", foreign: "bad",
  };
  const PICTURES = {
    right: "tick", revoked: "cross", altered: "cross", foreign: "cross", superseded: "again", expired: "clock",
  };

  let language = document.documentElement.lang;
  let latest = null; // the verdict that is shown
  let stream = null;
  let looking = 0;
  let states = {}; // part → the name of the sentence that it shows

  function say(name, values = {}) {
    return kept.texts[language][name].replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
  }

  function writeDay(day) {
    const moment = typeof day === "string" ? new Date(`${day}T00:00Z`) : day;
    const locale = language === "en" ? "en-GB" : language;
    return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" }).format(moment);
  }

  function writeMinutes(minutes) {
    const unit = (count, name) =>
      new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(count);
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return [hours && unit(hours, "hour"), (rest || !hours) && unit(rest, "minute")]
      .filter(Boolean)
      .join(" ");
  }

  function make(tag, text, classes = "") {
    const element = document.createElement(tag);
    element.textContent = text;
    if (classes) element.className = classes;
    return element;
  }

  function icon(name) {
    return document.querySelector(`[data-icon=${name}]`).content.firstElementChild.cloneNode(true);
  }

  function notice(tone, texts) {
    const box = make("div", "", `notice ${tone}`);
    const inside = make("div", "");
    inside.append(...texts.map((text) => make("p", text)));
    box.append(icon({ ok: "tick", bad: "cross" }[tone] ?? (tone === "warn" ? "alert" : "info")), inside);
    return box;
  }

  // Says how old the list is: `base` is made or right.
  function sayAge(base) {
    const { days, isAhead } = judge.age(list, Date.now());
    const name = isAhead ? "ahead" : ["today", "yesterday"][days] ?? "before";
    return say(`${base}_${name}`, { date: writeDay(list.madeAt), count: days });
  }

  // Says what is wrong with the list or with the clock; none where nothing is.
  function sayDoubts() {
    if (!list.isSound) return [say("list_is_bad")];
    const { isOld, isAhead } = judge.age(list, Date.now());
    if (isAhead) return [say("clock_is_wrong", { today: writeDay(new Date()) })];
    return isOld ? [say("is_old")] : [];
  }

  function showFreshness() {
    const doubts = sayDoubts();
    const texts = list.isSound ? [sayAge("made"), ...doubts] : doubts;
    const tone = !list.isSound ? "bad" : doubts.length ? "warn" : "info";
    find("freshness").replaceChildren(notice(tone, texts));
    find("list-day").textContent = list.isSound ? writeDay(list.madeAt) : "–";
    find("list-size").textContent = list.isSound ? new Intl.NumberFormat(language).format(list.size) : "–";
  }

  function explain(judged) {
    const { verdict, entry, facts } = judged;
    const values = { date: writeDay(list.madeAt ?? new Date()), key: judged.key };
    if (verdict === "right" || verdict === "specimen") {
      const means = verdict === "specimen" ? [say("specimen_means")] : [];
      return [...means, list.isSound ? sayAge("right") : say("right_unknown"), ...sayDoubts()];
    }
    if (verdict === "expired") {
      const until = say("expired_means", { date: writeDay(facts.expiresOn) });
      return [until, list.isSound ? sayAge("right") : say("right_unknown"), ...sayDoubts()];
    }
    if (verdict === "not_listed") {
      if (!list.isSound) return sayDoubts();
      return [say("not_listed_means", values), ...sayDoubts(), say("check_online")];
    }
    if (entry) {
      const on = entry.on === null ? "–" : writeDay(entry.on);
      const means = say(`${verdict}_means`, { date: on, newer: entry.newer });
      return judged.isTyped ? [means, say("only_looked_up", values)] : [means];
    }
    return [say(`${verdict}_means`, values)];
  }

  function listFacts({ verdict, facts, entry }) {
    if (!facts) return entry ? [["number", entry.number]] : [];
    return [
      ["name", verdict === "erased" ? say("name_erased") : facts.holder, "big"],
      ["module", facts.moduleTitle],
      ["kind", say(facts.kind)],
      ["work", writeMinutes(facts.minutes)],
      ["completed_on", writeDay(facts.completedOn)],
      ...(facts.expiresOn === null ? [] : [["holds_until", writeDay(facts.expiresOn)]]),
      ...(facts.institution === null ? [] : [["institution", facts.institution]]),
      ["number", facts.number],
    ];
  }

  function writeFacts(facts) {
    const all = make("dl", "", "facts wide-facts");
    for (const [name, value, classes] of facts) {
      const one = make("div", "");
      const told = make("dd", value, classes);
      told.dir = "auto";
      one.append(make("dt", say(name)), told);
      all.append(one);
    }
    return all;
  }

  function showVerdict() {
    const place = find("verdict");
    place.hidden = latest === null;
    if (latest === null) return;
    const { verdict, facts } = latest;
    const heading = make("h2", say(latest.isUnsigned && verdict === "not_listed" ? "unsigned" : verdict));
    heading.tabIndex = -1;
    const inside = make("div", "");
    inside.append(heading, ...explain(latest).map((text) => make("p", text)));
    if (verdict === "not_listed") inside.append(make("p", kept.look_up, "number"));
    const doubts = verdict === "right" && sayDoubts().length > 0;
    const box = make("div", "", `verdict ${doubts ? "warn" : TONES[verdict] ?? "warn"}`);
    box.append(icon(doubts ? "alert" : PICTURES[verdict] ?? "alert"), inside);
    const said = [box];
    if (facts?.isSpecimen) {
      const stamp = make("div", "", "stamp");
      stamp.append(make("strong", say("specimen_word")));
      if (verdict !== "specimen") stamp.append(make("p", say("specimen_means")));
      said.unshift(stamp);
    }
    const told = listFacts(latest);
    if (told.length) said.push(writeFacts(told));
    if (facts) said.push(make("p", say("compare"), "soft"));
    find("said").replaceChildren(...said);
    return heading;
  }

  function weigh(text) {
    latest = judge.judgeText(text, kept, list, new Date());
    showVerdict().focus();
    find("verdict").scrollIntoView({ block: "start" });
  }

  // --- A sentence beside each of the three ways, in the language that is chosen ---

  function tell(part, name) {
    states[part] = name;
    const place = find(part);
    place.textContent = name ? say(name) : "";
    place.className = name && !["camera_runs", "picture_reads"].includes(name) ? "error" : "soft";
  }

  // --- Pictures ---

  function findCode(source, width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.fillStyle = "#fff"; // behind a transparent picture
    context.fillRect(0, 0, width, height);
    context.drawImage(source, 0, 0, width, height);
    try {
      return module_decode.decodeQR(context.getImageData(0, 0, width, height));
    } catch {
      return null; // it throws where it finds none
    }
  }

  function findCodeAtAnySize(picture) {
    for (const width of WIDTHS) {
      const scale = Math.min(1, width / Math.max(picture.width, picture.height));
      const text = findCode(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
      if (text || scale === 1) return text;
    }
    return null;
  }

  async function readPicture(file) {
    tell("picture-state", "picture_reads");
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch {
      tell("picture-state", "picture_unreadable");
      return;
    }
    // Let the sentence be seen first: a cheap phone takes seconds.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const text = findCodeAtAnySize(picture);
    picture.close();
    tell("picture-state", text ? null : "picture_no_code");
    if (text) weigh(text);
  }

  // --- The camera ---

  function stopCamera() {
    clearTimeout(looking);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    find("video").srcObject = null;
    find("video").hidden = true;
    find("camera-start").hidden = false;
    find("camera-stop").hidden = true;
  }

  async function startCamera() {
    tell("camera-state", null);
    if (!navigator.mediaDevices?.getUserMedia) {
      tell("camera-state", "camera_unable");
      return;
    }
    find("camera-start").hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
      });
    } catch (error) {
      stopCamera();
      const isRefused = error.name === "NotAllowedError" || error.name === "SecurityError";
      tell("camera-state", isRefused ? "camera_refused" : "camera_none");
      return;
    }
    const video = find("video");
    video.srcObject = stream;
    video.hidden = false;
    find("camera-stop").hidden = false;
    find("camera-stop").focus();
    tell("camera-state", "camera_runs");
    await video.play();
    look();
  }

  function look() {
    if (!stream) return;
    const { videoWidth, videoHeight } = find("video");
    const text = videoWidth ? findCode(find("video"), videoWidth, videoHeight) : null;
    if (!text) {
      looking = setTimeout(look, BETWEEN_LOOKS);
      return;
    }
    stopCamera();
    tell("camera-state", null);
    weigh(text);
  }

  // --- What the reader does ---

  function clear() {
    latest = null;
    find("said").replaceChildren();
    find("text").value = "";
    find("picture").value = "";
    for (const part of ["camera-state", "picture-state", "text-state"]) tell(part, null);
    showVerdict();
    find("camera-start").focus();
  }

  function translate() {
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = say(element.dataset.text);
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      element.ariaLabel = say(element.dataset.label);
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    document.title = `${say("title")} · Scrutin`;
    for (const [part, name] of Object.entries(states)) tell(part, name);
    showFreshness();
    showVerdict();
  }

  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      language = button.dataset.language;
      translate();
    });
  }
  find("camera-start").addEventListener("click", startCamera);
  find("camera-stop").addEventListener("click", () => {
    stopCamera();
    tell("camera-state", null);
    find("camera-start").focus();
  });
  // Nobody films on behind another window.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && stream) stopCamera();
  });
  find("picture").addEventListener("change", ({ target }) => {
    if (target.files[0]) readPicture(target.files[0]);
  });
  for (const event of ["dragenter", "dragover"]) {
    document.addEventListener(event, (dragged) => {
      dragged.preventDefault();
      find("drop").classList.add("over");
    });
  }
  document.addEventListener("dragleave", () => find("drop").classList.remove("over"));
  document.addEventListener("drop", (dropped) => {
    dropped.preventDefault();
    find("drop").classList.remove("over");
    const [file] = dropped.dataTransfer.files;
    if (file) readPicture(file);
  });
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find("text").value.trim();
    tell("text-state", text ? null : "text_empty");
    find("text").setAttribute("aria-invalid", String(!text));
    if (text) weigh(text);
    else find("text").focus();
  });
  find("again").addEventListener("click", clear);

  translate();
  find("checks").hidden = false;
})();
