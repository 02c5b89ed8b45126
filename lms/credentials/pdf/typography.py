"""The certificate's fonts, and text measured and broken before it is set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from lms.credentials.errors import CertificateDoesNotFit, MissingGlyph

REGULAR: Final = "ScrutinSerif-Regular"
ITALIC: Final = "ScrutinSerif-Italic"
SMALL_CAPS: Final = "ScrutinSerif-SmallCaps"
FACES: Final = (REGULAR, ITALIC, SMALL_CAPS)
OVERPRINT: Final = "ScrutinSerif-Overprint"

_FOLDER = Path(__file__).parents[1] / "fonts"

# ReportLab places one glyph after another and cannot put an accent over a letter. So our fonts draw
# each letter with its marks whole, in the private use area, in the order of composed.txt.
_FIRST_COMPOSED = 0xE000
# A space without width: it ends a line that was broken at a space, so that words do not run
# together where the text is copied, searched or read aloud.
_LINE_END = "\uf000"
# The narrow no-break space: xhtml2pdf makes a wide, breaking one of it under its own code.
_NARROW_SPACE = "\uf001"
_MEANINGS = {_LINE_END: " ", _NARROW_SPACE: "\u202f"}
_PRIVATE_USE = (0xE000, 0xF8FF)
_CLUSTER = re.compile(r".[\u0300-\u036f]+", re.DOTALL)


class ComposedFont(TTFont):  # type: ignore[misc]  # reportlab is not typed
    """A font whose composed letters read as letter and marks when text is copied or searched."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        """Write the font, then spell out in its ToUnicode map what our own codes stand for."""
        super().addObjects(doc)
        for identifier, item in doc.idToObject.items():
            if identifier.startswith("toUnicodeCMap:") and isinstance(item.content, str):
                item.content = re.sub(r"<([EF][0-9A-F]{3})>", _spell_out, item.content)


class OverprintFont(TTFont):  # type: ignore[misc]  # reportlab is not typed
    """A font for ornament: its text reads as spaces, so as not to come between copied lines."""

    def __init__(self, name: str, filename: Path) -> None:
        super().__init__(name, filename, asciiReadable=False)
        self.face.name = name.encode("ascii")

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # reportlab's name
        """Write the font, then let its ToUnicode map say a space for every character."""
        super().addObjects(doc)
        cmap = doc.idToObject[f"toUnicodeCMap:AAAAAA+{self.fontName}"]
        cmap.content = re.sub(r"(<[0-9A-F]{2}>) <[0-9A-F]{4}>(?=\n)", r"\1 <0020>", cmap.content)


def _spell_out(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    meaning = _MEANINGS.get(chr(code)) or _composed_letters()[code - _FIRST_COMPOSED]
    return f"<{meaning.encode('utf-16-be').hex().upper()}>"


@cache
def _composed_letters() -> tuple[str, ...]:
    return tuple((_FOLDER / "composed.txt").read_text(encoding="utf-8").split())


@cache
def _private_characters() -> dict[str, str]:
    letters = _composed_letters()
    return {letter: chr(_FIRST_COMPOSED + n) for n, letter in enumerate(letters)}


@cache
def register_fonts() -> None:
    """Read the fonts into ReportLab; only the first call in a process does anything."""
    for face in FACES:
        pdfmetrics.registerFont(ComposedFont(face, _FOLDER / f"{face}.ttf", asciiReadable=False))
    pdfmetrics.registerFont(OverprintFont(OVERPRINT, _FOLDER / f"{SMALL_CAPS}.ttf"))


def compose(text: str) -> str:
    """Return `text` in the characters of our fonts; refuses what they cannot draw.

    Spaces and line ends in a row become one space; no-break spaces stay.
    """
    text = re.sub(r"[ \t\r\n]+", " ", unicodedata.normalize("NFC", text)).strip(" ")
    private = _private_characters()
    drawable = _drawable_characters()
    missing: dict[str, None] = dict.fromkeys(
        cluster for cluster in _CLUSTER.findall(text) if cluster not in private
    )
    plain = _CLUSTER.sub("", text)
    missing |= dict.fromkeys(character for character in plain if ord(character) not in drawable)
    if missing:
        raise MissingGlyph(missing)
    return _CLUSTER.sub(lambda match: private[match[0]], text).replace("\u202f", _NARROW_SPACE)


@cache
def _drawable_characters() -> frozenset[int]:
    """Return the code points that every face has, the private ones aside."""
    register_fonts()
    faces = (frozenset(pdfmetrics.getFont(face).face.charToGlyph) for face in FACES)
    common = frozenset.intersection(*faces)
    return frozenset(code for code in common if not _PRIVATE_USE[0] <= code <= _PRIVATE_USE[1])


@dataclass(frozen=True, slots=True)
class Setting:
    """Text broken into lines, each of which fits; `size` and `leading` in points."""

    face: str
    lines: tuple[str, ...]
    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a text may be set: the steps are tried in order, each a number of lines and a size."""

    face: str
    width: float  # points
    steps: Sequence[tuple[int, float]]
    breaks: str = " "  # a line may end after any of these
    leading: float = 1.2  # of the size

    def set(self, text: str) -> Setting:
        """Return `text` at the first step that it fits.

        Refuses a text that fits at none, and one that our fonts cannot draw.
        """
        ends = re.escape(self.breaks)
        pieces = re.findall(f"[^{ends}]*[{ends}]|[^{ends}]+", compose(text))
        widths = [pdfmetrics.stringWidth(piece, self.face, 1) for piece in pieces]
        for count, size in self.steps:
            room = self.width / size
            if max(widths) > room or sum(widths) > count * room:
                continue
            ends_at = _break_evenly(widths, room, count)
            if len(ends_at) <= count:
                lines = ["".join(pieces[start:end]) for start, end in pairwise((0, *ends_at))]
                lines[:-1] = [
                    f"{line[:-1]}{_LINE_END}" if line.endswith(" ") else line for line in lines[:-1]
                ]
                return Setting(self.face, tuple(lines), size, round(size * self.leading, 2))
        raise CertificateDoesNotFit(text)


def _break_evenly(widths: Sequence[float], room: float, count: int) -> list[int]:
    """Return where each line ends, none wider than `room`, the widest as narrow as `count` allows.

    There are more than `count` where the text does not fit.
    """
    narrow, wide = max(widths), room
    for _halving in range(12):
        middle = (narrow + wide) / 2
        if len(_fill(widths, middle)) <= count:
            wide = middle
        else:
            narrow = middle
    return _fill(widths, wide)


def _fill(widths: Sequence[float], room: float) -> list[int]:
    """Return where each line ends if as much as goes into `room` is put on every one."""
    ends, taken = [], 0.0
    for n, width in enumerate(widths):
        if n and taken + width > room:
            ends.append(n)
            taken = 0.0
        taken += width
    return [*ends, len(widths)]
