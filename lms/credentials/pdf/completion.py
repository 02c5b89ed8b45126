"""The paper of a completion: a ballot in its braided border, with a counterfoil to tear off."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from math import pi

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
    draw_perforation,
    draw_rosette,
    draw_seal_ground,
    draw_stub,
)

_PERFORATION = 628.0  # its x
_GAP = 7.0  # on either side of it
_BALLOT = Box(MARGIN, MARGIN, _PERFORATION - _GAP - MARGIN, HEIGHT)
_STUB = Box(PAGE_SIZE[0] - MARGIN - STUB_WIDTH, MARGIN, STUB_WIDTH, HEIGHT)
_BAND = 17.0  # of the braided border
_SEAL = (_PERFORATION, 104.0)  # across the perforation, as a seal on a stub is
_TEXT = 482.0
_LEFT = _BALLOT.x + (_BALLOT.width - _TEXT) / 2
_MASTHEAD = Box(_LEFT, 456, _TEXT, 84)
_WATERMARK = "#edf0f8"


@cache
def paper() -> str:
    """Return the operators that draw a blank certificate; the same for all, so drawn once."""
    canvas = Canvas(BytesIO(), pagesize=PAGE_SIZE)
    draw_stub(canvas, _STUB, wash="#f3f4f9", rule=RULE, halo="#dfe3f0", seal=_SEAL)
    _draw_watermark(canvas)
    _draw_border(canvas)
    canvas.setStrokeColor(HexColor(ACCENT))
    canvas.setLineWidth(1)
    x, _y = _BALLOT.centre
    canvas.line(x - 36, _MASTHEAD.y - 12, x + 36, _MASTHEAD.y - 12)
    draw_perforation(canvas, _PERFORATION, STRAND)
    _draw_seal(canvas)
    content: str = canvas.getCurrentPageContent()
    return content


def _draw_watermark(canvas: Canvas) -> None:
    """Draw a rosette behind the text, light enough to read across."""
    canvas.setStrokeColor(HexColor(_WATERMARK))
    canvas.setLineWidth(0.45)
    for n in range(8):
        shift = 2 * pi * n / 8
        draw_rosette(canvas, _BALLOT.centre, 18, radius=196, swing=22, shift=shift)
        draw_rosette(canvas, _BALLOT.centre, 18, radius=134, swing=34, shift=-shift)
        draw_rosette(canvas, _BALLOT.centre, 18, radius=66, swing=30, shift=shift)


def _draw_border(canvas: Canvas) -> None:
    """Draw the braid of a security paper between two rules, with a crossed box in each corner."""
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(1.1)
    canvas.rect(*_BALLOT.sides, stroke=1, fill=0)
    canvas.setLineWidth(0.5)
    canvas.rect(*_BALLOT.within(_BAND).sides, stroke=1, fill=0)
    canvas.rect(*_BALLOT.within(_BAND + 3).sides, stroke=1, fill=0)

    half = _BAND / 2
    strands = ((WARM_STRAND, 3.6, 0.45), (STRAND, 5.4, 0.45), (STRAND, 7.0, 0.35))
    for x, y, length, angle in (
        (_BALLOT.x + _BAND, _BALLOT.y + half, _BALLOT.width - 2 * _BAND, 0),
        (_BALLOT.x + _BAND, _BALLOT.top - half, _BALLOT.width - 2 * _BAND, 0),
        (_BALLOT.x + half, _BALLOT.y + _BAND, _BALLOT.height - 2 * _BAND, 90),
        (_BALLOT.right - half, _BALLOT.y + _BAND, _BALLOT.height - 2 * _BAND, 90),
    ):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(angle)
        draw_braid(canvas, length, 17, strands)
        canvas.restoreState()
    for x in (_BALLOT.x + half, _BALLOT.right - half):
        for y in (_BALLOT.y + half, _BALLOT.top - half):
            _draw_corner(canvas, x, y)


def _draw_corner(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFillColor(HexColor(INK))
    canvas.rect(x - _BAND / 2, y - _BAND / 2, _BAND, _BAND, stroke=0, fill=1)
    canvas.setStrokeColor(HexColor(WHITE))
    canvas.setLineWidth(0.8)
    canvas.rect(x - 4.6, y - 4.6, 9.2, 9.2, stroke=1, fill=0)
    canvas.setStrokeColor(HexColor(TICK))
    canvas.setLineWidth(1.5)
    canvas.line(x - 2.6, y - 2.6, x + 2.6, y + 2.6)
    canvas.line(x - 2.6, y + 2.6, x + 2.6, y - 2.6)


def _draw_seal(canvas: Canvas) -> None:
    """Draw the seal across the perforation: half on the ballot, half on its counterfoil. A box is ticked."""
    x, y = _SEAL
    draw_seal_ground(canvas, _SEAL, line=ACCENT, disc=INK)
    canvas.setStrokeColor(HexColor(WHITE))
    canvas.setLineWidth(1.9)
    canvas.rect(x - 12, y - 13, 24, 24, stroke=1, fill=0)
    canvas.saveState()
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas.setStrokeColor(HexColor(TICK))
    canvas.setLineWidth(4.2)
    tick = canvas.beginPath()
    tick.moveTo(x - 5.5, y + 1.5)
    tick.lineTo(x + 0.5, y - 6)
    tick.lineTo(x + 15.5, y + 15)
    canvas.drawPath(tick, stroke=1, fill=0)
    canvas.restoreState()


COMPLETION = Design(
    template="completion.html",
    title=N_("Certificate of completion"),
    paper=paper,
    colours=Colours(
        ink=INK, accent=ACCENT, title=INK, issuer=ACCENT, rule=RULE, overprint="#f6d9bd"
    ),
    align="center",
    masthead=_MASTHEAD,
    region=Box(_LEFT, 55, _TEXT, _MASTHEAD.y - 22 - 55),
    facts=None,
    stub=_STUB,
    stub_floor=152,
)
