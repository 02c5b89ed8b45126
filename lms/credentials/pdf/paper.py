"""What is drawn and not set: the ballot with its counterfoil, the seal, the QR code, the overprint.

Every length is in points, from the lower left corner of an A4 sheet on its long side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from lms.credentials.pdf.qr_codes import QUIET_ZONE, make_qr_code

PAGE_SIZE: Final[tuple[float, float]] = landscape(A4)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The y of its upper side."""
        return self.y + self.height


INK: Final = "#1c2f6b"
ACCENT: Final = "#a75400"
RULE: Final = "#b9c1d9"
_WASH = "#f3f4f9"
_STRAND = "#8390bb"
_WARM_STRAND = "#cf9b66"
_WATERMARK = "#edf0f8"
_HALO = "#dfe3f0"
_OVERPRINT = "#f6d9bd"
_TICK = "#f0a03c"

_MARGIN = 25.0
_PERFORATION = 628.0  # its x
_GAP = 7.0  # on either side of it
_HEIGHT = PAGE_SIZE[1] - 2 * _MARGIN
BALLOT: Final = Box(_MARGIN, _MARGIN, _PERFORATION - _GAP - _MARGIN, _HEIGHT)
COUNTERFOIL: Final = Box(
    _PERFORATION + _GAP, _MARGIN, PAGE_SIZE[0] - _MARGIN - _PERFORATION - _GAP, _HEIGHT
)
_BAND = 17.0  # of the braided border
_SEAL = (_PERFORATION, 104.0)  # across the perforation, as a seal on a stub is

_QR_SIDE = 42 * mm  # with its quiet zone; under 35 mm a phone's camera starts to fail
QR_CODE: Final = Box(COUNTERFOIL.x + (COUNTERFOIL.width - _QR_SIDE) / 2, 387.0, _QR_SIDE, _QR_SIDE)


@cache
def paper() -> str:
    """Return the operators that draw a blank certificate; the same for all, so drawn once."""
    canvas = Canvas(BytesIO(), pagesize=PAGE_SIZE)
    _draw_counterfoil(canvas)
    _draw_watermark(canvas)
    _draw_border(canvas)
    _draw_perforation(canvas)
    _draw_seal(canvas)
    content: str = canvas.getCurrentPageContent()
    return content


def draw_overprint(canvas: Canvas, word: str, face: str) -> None:
    """Print `word` across the ballot, from corner to corner, under the text."""
    width, height = BALLOT.width - 4 * _BAND, BALLOT.height - 4 * _BAND
    size = min(0.86 * hypot(width, height) / pdfmetrics.stringWidth(word, face, 1), 150)
    canvas.saveState()
    canvas.translate(BALLOT.x + BALLOT.width / 2, BALLOT.y + BALLOT.height / 2)
    canvas.rotate(degrees(atan2(height, width)))
    canvas.setFillColor(HexColor(_OVERPRINT))
    canvas.setFont(face, size)
    canvas.drawCentredString(0, -0.33 * size, word)
    canvas.restoreState()


def draw_qr_code(canvas: Canvas, content: str) -> None:
    """Draw `content` as a QR code on white, its quiet zone within the box."""
    code = make_qr_code(content, QR_CODE.width)
    modules = len(code.matrix)
    side = QR_CODE.width / (modules + 2 * QUIET_ZONE)
    canvas.saveState()
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(QR_CODE.x, QR_CODE.y, QR_CODE.width, QR_CODE.height, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#0d1838"))
    path = canvas.beginPath()
    for row, line in enumerate(code.matrix):
        y = QR_CODE.top - (row + 1 + QUIET_ZONE) * side
        for start, length in _dark_runs(line):
            path.rect(QR_CODE.x + (start + QUIET_ZONE) * side, y, length * side, side)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _dark_runs(line: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules starts, and its length."""
    start = None
    for column, module in enumerate([*line, 0]):
        if module and start is None:
            start = column
        elif not module and start is not None:
            yield start, column - start
            start = None


def _draw_counterfoil(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor(_WASH))
    canvas.rect(*_sides(COUNTERFOIL), stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.6)
    canvas.rect(*_sides(COUNTERFOIL, 5), stroke=1, fill=0)
    canvas.saveState()
    inside = canvas.beginPath()
    inside.rect(*_sides(COUNTERFOIL, 5))
    canvas.clipPath(inside, stroke=0, fill=0)
    canvas.setStrokeColor(HexColor(_HALO))
    canvas.setLineWidth(0.45)
    for n in range(6):
        shift = 2 * pi * n / 6
        _draw_rosette(canvas, _SEAL, 24, radius=72, swing=22, shift=shift)
        _draw_rosette(canvas, _SEAL, 24, radius=122, swing=24, shift=-shift)
    canvas.restoreState()


def _sides(box: Box, inset: float = 0) -> tuple[float, float, float, float]:
    return box.x + inset, box.y + inset, box.width - 2 * inset, box.height - 2 * inset


def _draw_border(canvas: Canvas) -> None:
    """Draw the braid of a security paper between two rules, with a crossed box in each corner."""
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(1.1)
    canvas.rect(*_sides(BALLOT), stroke=1, fill=0)
    canvas.setLineWidth(0.5)
    canvas.rect(*_sides(BALLOT, _BAND), stroke=1, fill=0)
    canvas.rect(*_sides(BALLOT, _BAND + 3), stroke=1, fill=0)

    half = _BAND / 2
    for x, y, length, angle in (
        (BALLOT.x + _BAND, BALLOT.y + half, BALLOT.width - 2 * _BAND, 0),
        (BALLOT.x + _BAND, BALLOT.top - half, BALLOT.width - 2 * _BAND, 0),
        (BALLOT.x + half, BALLOT.y + _BAND, BALLOT.height - 2 * _BAND, 90),
        (BALLOT.right - half, BALLOT.y + _BAND, BALLOT.height - 2 * _BAND, 90),
    ):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        _draw_braid(canvas, length)
        canvas.restoreState()

    for x in (BALLOT.x + half, BALLOT.right - half):
        for y in (BALLOT.y + half, BALLOT.top - half):
            canvas.setFillColor(HexColor(INK))
            canvas.rect(x - half, y - half, _BAND, _BAND, stroke=0, fill=1)
            canvas.setStrokeColor(HexColor("#ffffff"))
            canvas.setLineWidth(0.8)
            canvas.rect(x - 4.6, y - 4.6, 9.2, 9.2, stroke=1, fill=0)
            canvas.setStrokeColor(HexColor(_TICK))
            canvas.setLineWidth(1.5)
            canvas.line(x - 2.6, y - 2.6, x + 2.6, y + 2.6)
            canvas.line(x - 2.6, y + 2.6, x + 2.6, y - 2.6)


# A sine wave from 0 to a quarter, and from there back to 0, as Bézier curves: x and y of 1.
_RISE = ((0.3261, 0.5123), (0.6381, 1.0), (1.0, 1.0))
_FALL = ((0.3619, 1.0), (0.6739, 0.5123), (1.0, 0.0))


def _draw_braid(canvas: Canvas, length: float) -> None:
    """Draw sine strands along the x axis in whole waves, each wave the same operators moved."""
    waves = round(length / 17)
    quarter = length / waves / 4
    for colour, amplitude, thickness in (
        (_WARM_STRAND, 3.6, 0.45),
        (_STRAND, 5.4, 0.45),
        (_STRAND, 7.0, 0.35),
    ):
        path = canvas.beginPath()
        for phase in range(4):
            sine = [0, amplitude, 0, -amplitude, 0, amplitude, 0, -amplitude]
            path.moveTo(0, sine[phase])
            for n in range(4):
                start, end = sine[phase + n], sine[phase + n + 1]
                curve = _FALL if start else _RISE
                points = [((n + x) * quarter, (start or end) * y) for x, y in curve]
                path.curveTo(*(round(c, 2) for point in points for c in point))
        canvas.setStrokeColor(HexColor(colour))
        canvas.setLineWidth(thickness)
        canvas.saveState()
        for _wave in range(waves):
            canvas.drawPath(path, stroke=1, fill=0)
            canvas.translate(4 * quarter, 0)
        canvas.restoreState()


def _draw_watermark(canvas: Canvas) -> None:
    """Draw a rosette behind the text, light enough to read across."""
    canvas.setStrokeColor(HexColor(_WATERMARK))
    canvas.setLineWidth(0.45)
    centre = BALLOT.x + BALLOT.width / 2, BALLOT.y + BALLOT.height / 2
    for n in range(8):
        shift = 2 * pi * n / 8
        _draw_rosette(canvas, centre, 18, radius=196, swing=22, shift=shift)
        _draw_rosette(canvas, centre, 18, radius=134, swing=34, shift=-shift)
        _draw_rosette(canvas, centre, 18, radius=66, swing=30, shift=shift)


def _draw_rosette(
    canvas: Canvas,
    centre: tuple[float, float],
    petals: int,
    *,
    radius: float,
    swing: float,
    shift: float = 0,
    points: int = 24,
) -> None:
    """Draw a closed line of equal petals, `swing` to either side of `radius`.

    Every petal is the same operators turned, so that the page compresses to a tenth.
    """
    path = canvas.beginPath()
    for n in range(points + 1):
        at = radius + swing * cos(2 * pi * n / points + shift)
        turn = 2 * pi * n / points / petals
        (path.lineTo if n else path.moveTo)(round(at * cos(turn), 2), round(at * sin(turn), 2))
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.translate(*centre)
    for _petal in range(petals):
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.rotate(360 / petals)
    canvas.restoreState()


def _draw_perforation(canvas: Canvas) -> None:
    """Draw the holes along which a counterfoil is torn off, from edge to edge of the sheet."""
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.rect(_PERFORATION - 4, 0, 8, PAGE_SIZE[1], stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(_STRAND))
    canvas.setLineWidth(0.5)
    count = 75
    for n in range(count):
        canvas.circle(_PERFORATION, (n + 0.5) * PAGE_SIZE[1] / count, 1.7, stroke=1, fill=0)


def _draw_seal(canvas: Canvas) -> None:
    """Draw the seal across the perforation: half on the ballot, half on its counterfoil."""
    x, y = _SEAL
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.circle(x, y, 47, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(ACCENT))
    canvas.setLineWidth(1)
    _draw_rosette(canvas, _SEAL, 40, radius=43.5, swing=1.5, points=9)
    canvas.setLineWidth(0.35)
    for n in range(4):
        _draw_rosette(canvas, _SEAL, 20, radius=34.5, swing=5.2, shift=n * pi / 2)
    canvas.setLineWidth(0.8)
    canvas.circle(x, y, 28.5, stroke=1, fill=0)
    canvas.setFillColor(HexColor(INK))
    canvas.circle(x, y, 26.5, stroke=0, fill=1)

    canvas.setStrokeColor(HexColor("#ffffff"))
    canvas.setLineWidth(1.9)
    canvas.rect(x - 12, y - 13, 24, 24, stroke=1, fill=0)
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setStrokeColor(HexColor(_TICK))
    canvas.setLineWidth(4.2)
    tick = canvas.beginPath()
    tick.moveTo(x - 5.5, y + 1.5)
    tick.lineTo(x + 0.5, y - 6)
    tick.lineTo(x + 15.5, y + 15)
    canvas.drawPath(tick, stroke=1, fill=0)
    canvas.restoreState()
