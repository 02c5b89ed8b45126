"""The certificate's fonts, and text measured and broken before it is set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from lms.credentials.domain.coverage import composed_places, list_undrawable, normalise
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
    return tuple(composed_places())


@cache
def register_fonts() -> None:
    """Read the fonts into ReportLab; only the first call in a process does anything."""
    for face in FACES:
        pdfmetrics.registerFont(ComposedFont(face, _FOLDER / f"{face}.ttf", asciiReadable=False))
    pdfmetrics.registerFont(OverprintFont(OVERPRINT, _FOLDER / f"{SMALL_CAPS}.ttf"))


def compose(text: str) -> str:
    """Return `text`, normalised, in the characters of our fonts; refuses what they cannot draw."""
    missing = list_undrawable(text)
    if missing:
        raise MissingGlyph(missing)
    places = composed_places()
    text = _CLUSTER.sub(lambda found: chr(_FIRST_COMPOSED + places[found[0]]), normalise(text))
    return text.replace("\u202f", _NARROW_SPACE)


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

    def set(self, text: str, beside: Sequence[str] = ()) -> Setting:
        """Return `text` at the first step that it fits, and those that stand `beside` it, too.

        Refuses a text that fits at none, and one that our fonts cannot draw.
        """
        texts = [_Measured(part, self.face, self.breaks) for part in (text, *beside)]
        for count, size in self.steps:
            room = self.width / size
            broken = [part.break_into(count, room) for part in texts]
            if all(broken):
                lines = broken[0]
                assert lines is not None
                return Setting(self.face, lines, size, round(size * self.leading, 2))
        raise CertificateDoesNotFit(max(texts, key=lambda part: sum(part.widths)).text)


class _Measured:
    """A text in pieces after which a line may end, and how wide each is at 1 point."""

    def __init__(self, text: str, face: str, breaks: str) -> None:
        ends = re.escape(breaks)
        self.text = text
        self.pieces = re.findall(f"[^{ends}]*[{ends}]|[^{ends}]+", compose(text))
        self.widths = [pdfmetrics.stringWidth(piece, face, 1) for piece in self.pieces]

    def break_into(self, most: int, room: float) -> tuple[str, ...] | None:
        """Return as few lines as fit, each within `room`; None where `most` are too few."""
        if max(self.widths) > room:
            return None
        for count in range(1, most + 1):
            if sum(self.widths) > count * room:
                continue
            ends_at = _break_evenly(self.widths, room, count)
            if len(ends_at) <= count:
                return self._join(ends_at)
        return None

    def _join(self, ends_at: Sequence[int]) -> tuple[str, ...]:
        lines = ["".join(self.pieces[start:end]) for start, end in pairwise((0, *ends_at))]
        lines[:-1] = [
            f"{line[:-1]}{_LINE_END}" if line.endswith(" ") else line for line in lines[:-1]
        ]
        return tuple(lines)


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
