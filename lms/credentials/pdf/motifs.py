"""The ornaments of our papers: guilloche, braid, perforation, seals. All are drawn, none is a picture.

Every length is in points, from the lower left corner of an A4 sheet on its long side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, pi, sin
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

PAGE_SIZE: Final[tuple[float, float]] = landscape(A4)

INK: Final = "#1c2f6b"
ACCENT: Final = "#a75400"
RULE: Final = "#b9c1d9"
WHITE: Final = "#ffffff"
STRAND: Final = "#8390bb"
WARM_STRAND: Final = "#cf9b66"
TICK: Final = "#f0a03c"


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

    @property
    def centre(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def within(self, inset: float) -> Box:
        """Return the box that lies so far inside of this one."""
        return Box(self.x + inset, self.y + inset, self.width - 2 * inset, self.height - 2 * inset)

    @property
    def sides(self) -> tuple[float, float, float, float]:
        """Return it as ReportLab takes a rectangle."""
        return self.x, self.y, self.width, self.height


def draw_overprint(canvas: Canvas, box: Box, word: str, face: str, colour: str) -> None:
    """Print `word` across the box, from corner to corner, under the text."""
    size = min(0.86 * hypot(box.width, box.height) / pdfmetrics.stringWidth(word, face, 1), 150)
    canvas.saveState()
    canvas.translate(*box.centre)
    canvas.rotate(degrees(atan2(box.height, box.width)))
    canvas.setFillColor(HexColor(colour))
    canvas.setFont(face, size)
    canvas.drawCentredString(0, -0.33 * size, word)
    canvas.restoreState()


def draw_rosette(
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


# A sine wave from 0 to a quarter, and from there back to 0, as Bézier curves: x and y of 1.
_RISE = ((0.3261, 0.5123), (0.6381, 1.0), (1.0, 1.0))
_FALL = ((0.3619, 1.0), (0.6739, 0.5123), (1.0, 0.0))


def draw_braid(
    canvas: Canvas, length: float, wave: float, strands: Sequence[tuple[str, float, float]]
) -> None:
    """Draw sine strands along the x axis in whole waves of about `wave`, each the same operators moved.

    A strand is its colour, its amplitude and its thickness.
    """
    waves = round(length / wave)
    quarter = length / waves / 4
    for colour, amplitude, thickness in strands:
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


def draw_perforation(canvas: Canvas, x: float, colour: str) -> None:
    """Draw the holes along which a counterfoil is torn off, from edge to edge of the sheet."""
    canvas.setFillColor(HexColor(WHITE))
    canvas.rect(x - 4, 0, 8, PAGE_SIZE[1], stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(colour))
    canvas.setLineWidth(0.5)
    count = 75
    for n in range(count):
        canvas.circle(x, (n + 0.5) * PAGE_SIZE[1] / count, 1.7, stroke=1, fill=0)


def draw_stub(
    canvas: Canvas, box: Box, *, wash: str, rule: str, halo: str, seal: tuple[float, float]
) -> None:
    """Draw a counterfoil's ground, with the rings that spread from the seal across it."""
    canvas.setFillColor(HexColor(wash))
    canvas.rect(*box.sides, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(rule))
    canvas.setLineWidth(0.6)
    canvas.rect(*box.within(5).sides, stroke=1, fill=0)
    with_clip(canvas, box.within(5))
    canvas.setStrokeColor(HexColor(halo))
    canvas.setLineWidth(0.45)
    for n in range(6):
        shift = 2 * pi * n / 6
        draw_rosette(canvas, seal, 24, radius=72, swing=22, shift=shift)
        draw_rosette(canvas, seal, 24, radius=122, swing=24, shift=-shift)
    canvas.restoreState()


def with_clip(canvas: Canvas, box: Box) -> None:
    """Draw nothing outside of the box until the caller restores the state that is saved here."""
    canvas.saveState()
    inside = canvas.beginPath()
    inside.rect(*box.sides)
    canvas.clipPath(inside, stroke=0, fill=0)


def draw_seal_ground(
    canvas: Canvas, centre: tuple[float, float], *, line: str, disc: str, scale: float = 1
) -> None:
    """Draw a seal without its sign: a milled edge, a ring of guilloche, and a disc of 26.5 times `scale`."""
    x, y = centre
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(scale, scale)
    canvas.setFillColor(HexColor(WHITE))
    canvas.circle(0, 0, 47, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(line))
    canvas.setLineWidth(1)
    draw_rosette(canvas, (0, 0), 40, radius=43.5, swing=1.5, points=9)
    canvas.setLineWidth(0.35)
    for n in range(4):
        draw_rosette(canvas, (0, 0), 20, radius=34.5, swing=5.2, shift=n * pi / 2)
    canvas.setLineWidth(0.8)
    canvas.circle(0, 0, 28.5, stroke=1, fill=0)
    canvas.setFillColor(HexColor(disc))
    canvas.circle(0, 0, 26.5, stroke=0, fill=1)
    canvas.restoreState()


def draw_hemicycle(
    canvas: Canvas,
    centre: tuple[float, float],
    *,
    rows: int,
    inner: float,
    step: float,
    dot: float,
    seats: int,
) -> None:
    """Draw the seats of an assembly: half-circles of dots around `centre`, more in each row outwards."""
    x, y = centre
    for row in range(rows):
        radius = inner + row * step
        count = seats + round((seats - 1) * row * step / inner)
        for n in range(count):
            turn = pi * n / (count - 1)
            canvas.circle(
                round(x + radius * cos(turn), 2), round(y + radius * sin(turn), 2), dot,
                stroke=0, fill=1,
            )  # fmt: skip
