// Reads what the fragment of a printed code says; lms/credentials/domain/payloads.py writes it, and
// says how. Shared by the page of a certificate and by the page that works without a network.

const codePayload = (() => {
  "use strict";
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const KINDS = ["", "completion", "participation", "accreditation"];
  const VERSION = 1;
  const SPECIMEN = 1;
  const EXPIRES = 2;
  const INSTITUTION = 4;
  const KEY_BYTES = 8;
  const SIGNATURE_BYTES = 64;
  const FIRST_DAY = Date.UTC(2000, 0, 1);
  const DAY = 24 * 3600 * 1000;

  function readBase32(text) {
    const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
    let bits = 0;
    let count = 0;
    let at = 0;
    for (const character of text) {
      const digit = ALPHABET.indexOf(character);
      if (digit < 0) throw new Error("it holds other characters than ours");
      bits = ((bits << 5) | digit) & 0xfff;
      count += 5;
      if (count >= 8) {
        count -= 8;
        bytes[at++] = bits >> count;
        bits &= (1 << count) - 1;
      }
    }
    if (count >= 5 || bits) throw new Error("it ends within a byte");
    return bytes;
  }

  function readPayload(bytes) {
    let at = 0;
    const take = (count) => {
      if (at + count > bytes.length) throw new Error("it ends too early");
      at += count;
      return bytes.subarray(at - count, at);
    };
    const number = () => {
      const [high, low] = take(2);
      return high * 256 + low;
    };
    const day = () => new Date(FIRST_DAY + number() * DAY).toISOString().slice(0, 10);
    const text = () => {
      const read = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(number()));
      if (!read) throw new Error("a text is empty");
      return read;
    };

    const [version, kind, flags] = take(3);
    if (version !== VERSION || flags > (SPECIMEN | EXPIRES | INSTITUTION)) {
      throw new Error("it is of another version");
    }
    if (!KINDS[kind]) throw new Error("it is of no known kind");
    const facts = { kind: KINDS[kind], isSpecimen: Boolean(flags & SPECIMEN) };
    facts.minutes = number();
    facts.completedOn = day();
    facts.expiresOn = flags & EXPIRES ? day() : null;
    facts.number = text();
    facts.holder = text();
    facts.moduleTitle = text();
    facts.institution = flags & INSTITUTION ? text() : null;
    if (at < bytes.length) throw new Error("it goes on after its end");
    return facts;
  }

  // Returns { facts, bytes (the payload that is signed), keyId, signature }; null for what is none of ours.
  function read(fragment) {
    try {
      const content = readBase32(fragment);
      const signature = content.length - SIGNATURE_BYTES;
      const key = signature - KEY_BYTES;
      if (key < 0) return null;
      const bytes = content.subarray(0, key);
      return {
        facts: readPayload(bytes),
        bytes,
        keyId: Array.from(content.subarray(key, signature), (byte) =>
          byte.toString(16).padStart(2, "0"),
        ).join(""),
        signature: content.subarray(signature),
      };
    } catch {
      return null;
    }
  }

  return { read };
})();
