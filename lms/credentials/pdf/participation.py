"""The paper of a participation: an open sheet beside its green stub, before the seats of an assembly."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from lms.core.i18n import N_
from lms.credentials.pdf.design import HEIGHT, MARGIN, STUB_WIDTH, Colours, Design
from lms.credentials.pdf.motifs import (
    INK,
    PAGE_SIZE,
    WHITE,
    Box,
    draw_braid,
    draw_hemicycle,
    draw_perforation,
    draw_seal_ground,
    draw_stub,
    with_clip,
)

_GREEN = "#1d6b53"
_STRAND = "#7fae9c"
_PALE_STRAND = "#b4d2c6"
_RULE = "#b5cfc4"

_STUB = Box(MARGIN, MARGIN, STUB_WIDTH, HEIGHT)
_PERFORATION = _STUB.right + 7
_SHEET = Box(_PERFORATION + 7, MARGIN, PAGE_SIZE[0] - MARGIN - _PERFORATION - 7, HEIGHT)
_SEAL = (_PERFORATION, 104.0)
_RIBBON = 30.0
_TEXT = 506.0
_LEFT = _SHEET.x + 56
_MASTHEAD = Box(_LEFT, 448, _TEXT, 84)


@cache
def paper() -> str:
    """Return the operators that draw a blank certificate; the same for all, so drawn once."""
    canvas = Canvas(BytesIO(), pagesize=PAGE_SIZE)
    draw_stub(canvas, _STUB, wash="#eff6f2", rule=_RULE, halo="#d3e5dc", seal=_SEAL)
    _draw_assembly(canvas)
    _draw_ribbons(canvas)
    canvas.setFillColor(HexColor(_GREEN))
    canvas.rect(_LEFT, _MASTHEAD.y - 13, 48, 3, stroke=0, fill=1)
    draw_perforation(canvas, _PERFORATION, _STRAND)
    _draw_seal(canvas)
    content: str = canvas.getCurrentPageContent()
    return content


def _draw_assembly(canvas: Canvas) -> None:
    """Draw the seats behind the text, as a watermark."""
    with_clip(canvas, _SHEET)
    canvas.setFillColor(HexColor("#ebf4f0"))
    draw_hemicycle(
        canvas, (_SHEET.right - 10, _SHEET.y + 36), rows=9, inner=96, step=29, dot=7.4, seats=12
    )
    canvas.restoreState()


def _draw_ribbons(canvas: Canvas) -> None:
    """Draw a wide ribbon of waves above, and a narrow one below."""
    strands = (
        (_PALE_STRAND, 13.0, 0.4),
        (_STRAND, 10.5, 0.5),
        (_PALE_STRAND, 7.0, 0.4),
        (_GREEN, 3.4, 0.5),
    )
    canvas.setStrokeColor(HexColor(_GREEN))
    for y, height, wave, some in (
        (_SHEET.top - _RIBBON / 2, _RIBBON, 38, strands),
        (_SHEET.y + 5, 10, 19, tuple((c, a / 3.2, w) for c, a, w in strands)),
    ):
        with_clip(canvas, Box(_SHEET.x, y - height / 2, _SHEET.width, height))
        canvas.translate(_SHEET.x, y)
        draw_braid(canvas, _SHEET.width, wave, some)
        canvas.restoreState()
        canvas.setStrokeColor(HexColor(_GREEN))
        canvas.setLineWidth(1)
        for edge in (y - height / 2, y + height / 2):
            canvas.line(_SHEET.x, edge, _SHEET.right, edge)


def _draw_seal(canvas: Canvas) -> None:
    """Draw the seal across the perforation. An assembly is seated."""
    x, y = _SEAL
    draw_seal_ground(canvas, _SEAL, line=_GREEN, disc=_GREEN)
    canvas.setFillColor(HexColor(WHITE))
    draw_hemicycle(canvas, (x, y - 8), rows=3, inner=7.5, step=5.4, dot=1.75, seats=5)
    canvas.setFillColor(HexColor("#ffd28a"))
    canvas.circle(x, y - 7.5, 2.4, stroke=0, fill=1)


PARTICIPATION = Design(
    template="participation.html",
    title=N_("Certificate of participation"),
    paper=paper,
    colours=Colours(
        ink=INK, accent=_GREEN, title=INK, issuer=_GREEN, rule=_RULE, overprint="#f6d9bd"
    ),
    align="left",
    masthead=_MASTHEAD,
    region=Box(_LEFT, 46, _TEXT, _MASTHEAD.y - 26 - 46),
    facts=None,
    stub=_STUB,
    stub_floor=152,
)
