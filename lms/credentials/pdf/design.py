"""What the three papers have in common: where their parts stand, and how each text may be set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lms.credentials.pdf.motifs import PAGE_SIZE, Box
from lms.credentials.pdf.qr_drawing import SIDE
from lms.credentials.pdf.typography import ITALIC, REGULAR, SMALL_CAPS, Style

MARGIN: Final = 25.0
HEIGHT: Final = PAGE_SIZE[1] - 2 * MARGIN
STUB_WIDTH: Final = 182.0
# A text is set to a width, in a box wider by a hair: nothing is broken twice.
HAIR: Final = 1
# Over a signatory's name, for a hand that signs a printed copy.
SIGNING_ROOM: Final = 20.0

_LOGOS = 32.0
_SIGNATURES = 74.0
_FACTS = 44.0
_GAP = 11.0
_FACT = 112.0
_STUB_TEXT = STUB_WIDTH - 30


@dataclass(frozen=True, slots=True)
class Colours:
    """What a paper is printed in."""

    ink: str
    accent: str
    title: str
    issuer: str
    rule: str
    overprint: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the parts stand that there are on one certificate; boxes in points."""

    main: Box
    facts: tuple[Box, ...]
    signatures: tuple[Box, ...]
    logos: Box


@dataclass(frozen=True, slots=True)
class Design:
    """One of the papers, and how the texts lie on it."""

    template: str
    title: str  # to be translated
    # Returns the operators that draw it blank.
    paper: Callable[[], str]
    colours: Colours
    # center or left
    align: str
    # Issuer and title, upon its lower side.
    masthead: Box
    # From below: logos, signatories, facts, and in what is left, the text.
    region: Box
    # Where the facts stand one upon another; None: in a row within the region.
    facts: Box | None
    stub: Box
    # The stub's text ends here, above a seal.
    stub_floor: float

    @property
    def stub_head(self) -> Box:
        """Where the stub's heading stands."""
        return Box(
            self.stub.x + 15, self.qr_code.top - 2, _STUB_TEXT + HAIR, self.stub.top - 7 - self.qr_code.top
        )  # fmt: skip

    @property
    def qr_code(self) -> Box:
        """The room that the QR code is centred in."""
        return Box(
            self.stub.x + (self.stub.width - SIDE) / 2, self.stub.top - 48 - SIDE, SIDE, SIDE
        )

    @property
    def stub_body(self) -> Box:
        """Where address, code, number and dates stand."""
        top = self.qr_code.y + 2
        return Box(self.stub.x + 15, self.stub_floor, _STUB_TEXT + HAIR, top - self.stub_floor)

    def arrange(self, *, facts: int, signatories: int, logos: int) -> Arrangement:
        """Give each part its place; the text has what the others leave."""
        region = self.region
        floor = region.y
        logo_row = Box(region.x, floor, region.width, _LOGOS)
        if logos:
            floor += _LOGOS + _GAP
        signatures = _columns(
            Box(region.x, floor, region.width, _SIGNATURES), signatories, self.align
        )
        if signatories:
            floor += _SIGNATURES + _GAP
        if self.facts is not None:
            fact_boxes = _rows(self.facts, facts)
        else:
            fact_boxes = _columns(Box(region.x, floor, region.width, _FACTS), facts, self.align)
            floor += _FACTS + _GAP
        main = Box(region.x, floor, region.width + HAIR, region.top - floor)
        return Arrangement(main, fact_boxes, signatures, logo_row)

    @property
    def signatory_width(self) -> float:
        """How wide a signatory's line and title are."""
        return min(150.0, self.region.width / 3 - 10)

    @property
    def fact_width(self) -> float:
        """How wide a figure and its label may be."""
        return _FACT if self.facts is None else self.facts.width

    def styles(self, density: int) -> Mapping[str, Style]:
        """Return how each text may be set; the denser, the smaller it begins."""
        text = self.region.width
        fact, signatory = self.fact_width, self.signatory_width
        large: list[tuple[int, float]] = [(1, size) for size in (39, 36, 33, 30, 27)]
        large += [(2, size) for size in (27, 24, 21, 19, 17, 15, 13.5)]
        if text < _NARROW:
            large += [(3, 15), (3, 13.5)]
        styles = {
            "phrase": Style(ITALIC, text, ((1, 14), (1, 12), (2, 11), (1, 9.5))),
            "holder": Style(REGULAR, text, large, leading=1.16),
            "institution": Style(REGULAR, text, _SMALLER),
            "module": Style(
                REGULAR,
                text,
                ((1, 23), (1, 21), (1, 19), (2, 19), (2, 17), (2, 15), (3, 13), (3, 11.5)),
            ),
            "programme": Style(ITALIC, text, _SMALLER),
            "note": Style(ITALIC, text, ((1, 12), (1, 11), (2, 11), (2, 10), (2, 9))),
            "signatory": Style(
                REGULAR, signatory, ((1, 12), (1, 11), (1, 10), (1, 9), (2, 9), (2, 8))
            ),
            "signatory title": Style(
                ITALIC,
                signatory,
                ((1, 10), (2, 9.5), (2, 9), (3, 8.5), (3, 7.5), (4, 7)),
                leading=1.15,
            ),
        }
        denser = {
            name: Style(style.face, style.width, _cap(style.steps, density), leading=style.leading)
            for name, style in styles.items()
        }
        return {
            **denser,
            "issuer": Style(SMALL_CAPS, self.masthead.width, ((1, 13), (1, 11.5), (1, 10), (2, 10), (2, 9))),
            "title": Style(
                SMALL_CAPS, self.masthead.width, ((1, 37), (1, 33), (1, 29), (1, 25), (1, 21)), leading=1.15
            ),
            "fact label": Style(SMALL_CAPS, fact, ((1, 9), (1, 8), (2, 7.5))),
            "fact value": Style(REGULAR, fact, ((1, 14), (1, 13), (1, 12), (1, 11), (2, 10.5))),
            **_STUB_STYLES,
        }  # fmt: skip


_NARROW = 450.0
# The largest size by density, as a share of what there is at 0.
_CAPS = (1.0, 0.8, 0.68, 0.5)
_SMALLER = ((1, 14), (1, 12.5), (2, 12.5), (2, 11), (2, 9.5))
_STUB_STYLES: Final[Mapping[str, Style]] = {
    "heading": Style(SMALL_CAPS, _STUB_TEXT, ((1, 15), (1, 13), (1, 11))),
    "notice": Style(SMALL_CAPS, _STUB_TEXT, ((1, 10), (1, 9), (2, 9), (2, 8))),
    "instruction": Style(ITALIC, _STUB_TEXT, ((1, 9.5), (2, 9.5), (3, 9))),
    "address": Style(REGULAR, _STUB_TEXT, ((2, 9), (3, 8.5), (4, 8), (5, 7)), breaks="/-.=&?"),
    "stub label": Style(SMALL_CAPS, _STUB_TEXT, ((1, 8), (1, 7), (2, 7))),
    "stub value": Style(REGULAR, _STUB_TEXT, ((1, 12), (1, 11), (1, 10)), breaks=" -"),
}


def _cap(steps: Sequence[tuple[int, float]], density: int) -> Sequence[tuple[int, float]]:
    """Return the steps whose size is within the density's share of the largest, or else the last."""
    largest = max(size for _count, size in steps)
    return [step for step in steps if step[1] <= largest * _CAPS[density]] or steps[-1:]


def _columns(box: Box, count: int, align: str) -> tuple[Box, ...]:
    """Return `count` columns; few of them stand as close as three would where the text is flush left."""
    parts = max(count, 3) if align == "left" else count
    return tuple(
        Box(box.x + n * box.width / parts, box.y, box.width / parts, box.height)
        for n in range(count)
    )


def _rows(box: Box, count: int) -> tuple[Box, ...]:
    """Return rows of a fact's height, the first at the top."""
    return tuple(Box(box.x, box.top - (n + 1) * _FACTS, box.width, _FACTS) for n in range(count))
