"""What the certificate's fonts can draw, known without reading the fonts: also where a name is typed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

# The code points that every face has, both ends included; a test compares them with the fonts.
# They are Latin letters of Europe, Africa and Vietnam, with figures and punctuation.
_DRAWN: Final = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x0148), (0x014A, 0x02AF), (0x02B9, 0x02BF),
    (0x02C8, 0x02CC), (0x1E00, 0x1EFF), (0x2009, 0x200A), (0x2010, 0x2015), (0x2018, 0x201E),
    (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x202F), (0x2032, 0x2033), (0x2039, 0x203A),
    (0x20AC, 0x20AC), (0x2116, 0x2116), (0xA78B, 0xA78C),
)  # fmt: skip
# A letter with marks that Unicode has no single character for.
_CLUSTER = re.compile(r".[\u0300-\u036f]+", re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]+")
_COMPOSED = Path(__file__).parents[1] / "fonts" / "composed.txt"


def normalise(text: str) -> str:
    """Return `text` as it is printed: NFC, and one space for blanks and line ends in a row; no-break spaces stay."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def list_undrawable(text: str) -> list[str]:
    """Return the letters of `text` that no certificate can show, each once, with its marks."""
    text = normalise(text)
    composed = composed_places()
    missing = [cluster for cluster in _CLUSTER.findall(text) if cluster not in composed]
    missing += [character for character in _CLUSTER.sub("", text) if not is_drawn(ord(character))]
    return list(dict.fromkeys(missing))


def is_drawn(code: int) -> bool:
    """Return whether every face has that code point; those for private use aside."""
    return any(first <= code <= last for first, last in _DRAWN)


@cache
def composed_places() -> dict[str, int]:
    """Return the letters with marks that the fonts draw whole, each with its place in their list."""
    return {
        letter: place for place, letter in enumerate(_COMPOSED.read_text(encoding="utf-8").split())
    }
