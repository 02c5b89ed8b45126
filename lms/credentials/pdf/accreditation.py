"""The paper of an accreditation: a dark head across the sheet, and a medal on its ribbon."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from math import cos, pi, sin

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from lms.core.i18n import N_
from lms.credentials.pdf.design import HEIGHT, MARGIN, STUB_WIDTH, Colours, Design
from lms.credentials.pdf.motifs import (
    ACCENT,
    INK,
    PAGE_SIZE,
    RULE,
    STRAND,
    TICK,
    WARM_STRAND,
    WHITE,
    Box,
    draw_braid,
    draw_rosette,
    draw_seal_ground,
    with_clip,
)

_SHEET = Box(MARGIN, MARGIN, PAGE_SIZE[0] - 2 * MARGIN, HEIGHT)
_HEAD = Box(_SHEET.x, _SHEET.top - 122, _SHEET.width, 122)
_FOOT = 12.0
_STUB = Box(_SHEET.right - STUB_WIDTH, _SHEET.y + _FOOT, STUB_WIDTH, _HEAD.y - _SHEET.y - _FOOT - 8)
_MEDAL = (_SHEET.x + 88, _HEAD.y + 8)
_MEDAL_SCALE = 1.5
_TEXT = 418.0
_LEFT = _SHEET.x + 178


@cache
def paper() -> str:
    """Return the operators that draw a blank certificate; the same for all, so drawn once."""
    canvas = Canvas(BytesIO(), pagesize=PAGE_SIZE)
    _draw_watermark(canvas)
    _draw_head(canvas)
    _draw_frame(canvas)
    _draw_medal(canvas)
    content: str = canvas.getCurrentPageContent()
    return content


def _draw_watermark(canvas: Canvas) -> None:
    """Draw the cascade behind the text: rings that spread from the medal."""
    with_clip(canvas, Box(_SHEET.x, _SHEET.y, _SHEET.width, _HEAD.y - _SHEET.y))
    canvas.setStrokeColor(HexColor("#eceff7"))
    canvas.setLineWidth(0.45)
    for ring, radius in enumerate((150, 215, 290, 375)):
        for n in range(6):
            shift = 2 * pi * n / 6 * (-1) ** ring
            draw_rosette(canvas, _MEDAL, 24 + 8 * ring, radius=radius, swing=24, shift=shift)
    canvas.restoreState()


def _draw_head(canvas: Canvas) -> None:
    """Draw the dark band, engraved with guilloche, over a braid."""
    canvas.setFillColor(HexColor(INK))
    canvas.rect(*_HEAD.sides, stroke=0, fill=1)
    with_clip(canvas, _HEAD)
    canvas.setStrokeColor(HexColor("#2f437f"))
    canvas.setLineWidth(0.5)
    for n in range(6):
        shift = 2 * pi * n / 6
        draw_rosette(canvas, _MEDAL, 28, radius=112, swing=24, shift=shift)
        draw_rosette(canvas, _MEDAL, 36, radius=172, swing=26, shift=-shift)
        draw_rosette(canvas, (_HEAD.right - 30, _HEAD.top), 30, radius=120, swing=34, shift=shift)
        draw_rosette(canvas, (_HEAD.right - 30, _HEAD.top), 30, radius=60, swing=30, shift=-shift)
    canvas.restoreState()
    canvas.saveState()
    canvas.translate(_HEAD.x, _HEAD.y - 7)
    strands = ((WARM_STRAND, 2.8, 0.45), (STRAND, 4.2, 0.45), (STRAND, 5.6, 0.35))
    draw_braid(canvas, _HEAD.width, 14, strands)
    canvas.restoreState()
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.6)
    canvas.line(_HEAD.x, _HEAD.y - 14, _HEAD.right, _HEAD.y - 14)


def _draw_frame(canvas: Canvas) -> None:
    canvas.setFillColor(HexColor(INK))
    canvas.rect(_SHEET.x, _SHEET.y, _SHEET.width, _FOOT - 5, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(1.1)
    canvas.rect(*_SHEET.sides, stroke=1, fill=0)
    canvas.setStrokeColor(HexColor(RULE))
    canvas.setLineWidth(0.6)
    canvas.line(_STUB.x, _STUB.y + 16, _STUB.x, _STUB.top - 22)


def _draw_medal(canvas: Canvas) -> None:
    """Draw the medal on its ribbon: one who trained, those trained, and those whom they train."""
    x, y = _MEDAL
    for side in (-1, 1):
        tail = canvas.beginPath()
        tail.moveTo(x + side * 6, y - 20)
        tail.lineTo(x + side * 46, y - 20)
        tail.lineTo(x + side * 52, y - 122)
        tail.lineTo(x + side * 32, y - 106)
        tail.lineTo(x + side * 12, y - 122)
        tail.close()
        canvas.setFillColor(HexColor("#b9661a" if side > 0 else ACCENT))
        canvas.setStrokeColor(HexColor(WHITE))
        canvas.setLineWidth(1)
        canvas.drawPath(tail, stroke=1, fill=1)
    _draw_star(canvas, 80, 74, WHITE)
    _draw_star(canvas, 77, 71, ACCENT)
    canvas.setFillColor(HexColor(WHITE))
    canvas.circle(x, y, 70, stroke=0, fill=1)
    draw_seal_ground(canvas, _MEDAL, line=ACCENT, disc=INK, scale=_MEDAL_SCALE)
    _draw_cascade(canvas)


def _draw_star(canvas: Canvas, outer: float, inner: float, colour: str) -> None:
    x, y = _MEDAL
    path = canvas.beginPath()
    points = 48
    for n in range(2 * points):
        radius, turn = (inner if n % 2 else outer), pi * n / points
        at = round(x + radius * cos(turn), 2), round(y + radius * sin(turn), 2)
        (path.lineTo if n else path.moveTo)(*at)
    path.close()
    canvas.setFillColor(HexColor(colour))
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_cascade(canvas: Canvas) -> None:
    x, y = _MEDAL
    rows = [
        [(x, y + 21.0)],
        [(x + 15.0 * n, y - 0.5) for n in (-1, 0, 1)],
        [(x + 6.6 * n, y - 20.0) for n in (-3, -2, -1, 0, 1, 2, 3) if n not in {-3, 3}],
    ]
    canvas.setStrokeColor(HexColor(WHITE))
    canvas.setLineWidth(1.1)
    for child in rows[1]:
        canvas.line(*rows[0][0], *child)
    for parent, children in zip(rows[1], (rows[2][:2], rows[2][2:3], rows[2][3:]), strict=True):
        for child in children:
            canvas.line(*parent, *child)
    for row, dot, colour in zip(rows, (5.4, 3.9, 2.6), (TICK, WHITE, WHITE), strict=True):
        canvas.setFillColor(HexColor(colour))
        for at in row:
            canvas.circle(*at, dot, stroke=0, fill=1)


ACCREDITATION = Design(
    template="accreditation.html",
    title=N_("Trainer accreditation"),
    paper=paper,
    colours=Colours(
        ink=INK, accent=ACCENT, title=WHITE, issuer="#f3c58f", rule=RULE, overprint="#f6d9bd"
    ),
    align="center",
    masthead=Box(_LEFT, _HEAD.y + 24, _TEXT, 80),
    region=Box(_LEFT, 52, _TEXT, _HEAD.y - 26 - 52),
    facts=Box(_SHEET.x + 18, 60, 140, 250),
    stub=_STUB,
    stub_floor=52,
)
