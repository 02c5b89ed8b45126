// What a text is worth: a scanned or pasted code by its signature and the list, a typed one by the list alone.

const judge = (() => {
  "use strict";
  // As lms/credentials/domain/payloads.py and withdrawals.py sign them.
  const CODE_DOMAIN = "scrutin code 1\n";
  const LIST_DOMAIN = "scrutin list 1\n";
  const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/;
  const NUMBER = /^[A-Z]{2}-\d{4}-\d{8}$/;
  const HYPHENS = /[\u2010-\u2014]/g;
  const DAY = 24 * 3600 * 1000;
  // A clock may be a little behind the server's that made the list.
  const HOUR = 3600 * 1000;
  const OLD = 30; // days

  const encoder = new TextEncoder();

  function concatenate(...parts) {
    const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  function fromHex(text) {
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }

  function toHex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // The cryptography of TweetNaCl takes a signature of 64 bytes and a key of 32, and throws at others.
  function isSigned(message, signature, key) {
    try {
      return nacl.sign.detached.verify(message, signature, key);
    } catch {
      return false;
    }
  }

  function hashCode(code) {
    return toHex(nacl.hash(encoder.encode(code))).slice(0, 16);
  }

  // Returns { isSound, madeAt, size, byNumber, byHash }; nothing is read of a list whose signature is wrong.
  function readList({ keys, list }) {
    const byNumber = new Map();
    const byHash = new Map();
    const key = keys[list.key];
    const message = encoder.encode(LIST_DOMAIN + list.text);
    const isSound = Boolean(key) && isSigned(message, fromHex(list.signature), fromHex(key));
    const [head, ...lines] = list.text.trimEnd().split("\n");
    const madeAt = new Date(head.split(" ")[2]);
    if (!isSound || Number.isNaN(madeAt.getTime())) return { isSound: false, byNumber, byHash, size: 0 };
    for (const line of lines) {
      const [number, state, on, hash, newer] = line.split(" ");
      const entry = { number, state, on: on === "-" ? null : on, newer };
      byNumber.set(number, entry);
      byHash.set(hash, entry);
    }
    return { isSound, madeAt, byNumber, byHash, size: lines.length };
  }

  // Returns { days, isOld, isAhead: the clock says that the list is not made yet }.
  function age(list, now) {
    const passed = now - list.madeAt;
    const days = Math.max(0, Math.floor(passed / DAY));
    return { days, isOld: days > OLD, isAhead: passed < -HOUR };
  }

  // As `read_code` of lms/credentials/domain/codes.py reads what somebody typed.
  function readCode(text) {
    const code = text.toUpperCase().replace(/-/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
    return CODE.test(code) ? code : null;
  }

  // The day of the device: an expiry is a day without a time zone.
  function dayOf(now) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  }

  function judgeSigned(code, fragment, { keys }, list, now) {
    const read = codePayload.read(fragment);
    if (!read) return { verdict: "altered" };
    const key = keys[read.keyId];
    if (!key) return { verdict: "unknown_key", key: read.keyId };
    const message = concatenate(encoder.encode(CODE_DOMAIN + code), read.bytes);
    if (!isSigned(message, read.signature, fromHex(key))) return { verdict: "altered" };
    const { facts } = read;
    const entry = list.byNumber.get(facts.number);
    if (entry) return { verdict: entry.state, facts, entry };
    const isExpired = facts.expiresOn !== null && dayOf(now) > facts.expiresOn;
    return { verdict: isExpired ? "expired" : facts.isSpecimen ? "specimen" : "right", facts };
  }

  function lookUp(entry) {
    return entry ? { verdict: entry.state, entry, isTyped: true } : { verdict: "not_listed", isTyped: true };
  }

  // `text`: what a scanner read or somebody pasted or typed. Returns { verdict, … }: the name of what to say.
  function judgeText(text, kept, list, now) {
    const tight = text.replace(/\s/g, "").replace(HYPHENS, "-");
    if (tight.includes("#")) {
      const [address, fragment] = tight.split("#", 2);
      const code = readCode(address.match(/\/verify\/([^/?]+)$/)?.[1] ?? "");
      if (!code) return { verdict: /\/verify\//.test(address) ? "altered" : "cut" };
      return judgeSigned(code, fragment, kept, list, now);
    }
    const path = tight.match(/\/verify\/([^/?]+)/)?.[1];
    const code = readCode(path ?? tight);
    if (code) return { ...lookUp(list.byHash.get(hashCode(code))), isUnsigned: path !== undefined };
    if (NUMBER.test(tight.toUpperCase())) return lookUp(list.byNumber.get(tight.toUpperCase()));
    // The fragment alone, or an address cut before its code.
    if (/^[0-9A-Z]{100,}$/.test(tight) || /^https?:.*\/verify/.test(tight)) return { verdict: "cut" };
    return { verdict: "foreign" };
  }

  return { readList, age, judgeText };
})();
