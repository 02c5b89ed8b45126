"""The transcript: every module of one person, on as many upright sheets as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from io import BytesIO
from math import pi
from typing import Final

from flask_babel import force_locale, gettext, ngettext
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFName
from reportlab.pdfgen.canvas import Canvas

from lms.credentials.domain import CredentialState
from lms.credentials.pdf.motifs import (
    ACCENT,
    INK,
    RULE,
    STRAND,
    TICK,
    WARM_STRAND,
    WHITE,
    Box,
    draw_braid,
    draw_overprint,
    draw_rosette,
    draw_seal_ground,
    with_clip,
)
from lms.credentials.pdf.tagged import TaggedCanvas
from lms.credentials.pdf.typography import (
    ITALIC,
    OVERPRINT,
    REGULAR,
    SMALL_CAPS,
    Setting,
    Style,
    compose,
    register_fonts,
)
from lms.credentials.pdf.wording import format_date, format_minutes, format_score


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One enrolment, in the transcript's language."""

    code: str
    title: str
    programme: str
    minutes: int
    enrolled_on: date
    completed_on: date | None
    score: Fraction | None  # 0 to 1
    certificate: str | None  # its number
    certificate_state: CredentialState | None  # on the transcript's day

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.certificate_state is None):
            raise ValueError("a certificate has a number and a state")


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one person learnt, as it stood on a day."""

    language: str
    holder: str
    issuer: str
    as_of: date
    lines: tuple[TranscriptLine, ...]
    specimen: bool
    # Modules that were completed and the minutes that they take, each once however often it was completed.
    completed_count: int
    completed_minutes: int


_LEFT, _WIDTH = 42.0, A4[0] - 84.0
_FLOOR = 66.0  # of the table, above the foot
_FIRST_TOP, _NEXT_TOP = 630.0, A4[1] - 62.0
_PADDING, _GUTTER = 5.0, 8.0
_GREY, _DARK = "#4f586d", "#1b2130"

# Widths of the columns: module, duration, enrolled, completed, score, certificate.
_COLUMNS: Final = (160.0, 58.0, 72.0, 74.0, 56.0, _WIDTH - 420.0)
_TITLE = Style(REGULAR, _COLUMNS[0] - _GUTTER, ((3, 10), (4, 9), (5, 8.5), (7, 7.5)))
_PROGRAMME = Style(ITALIC, _COLUMNS[0] - _GUTTER, ((2, 8.5), (3, 8), (5, 7.5)))
_CELLS = tuple(
    Style(REGULAR, width - _GUTTER, ((1, 9.5), (1, 9), (1, 8.5), (2, 8.5), (3, 8)))
    for width in _COLUMNS
)
_STATES = Style(ITALIC, _COLUMNS[5] - _GUTTER, ((1, 8.5), (2, 8)))
_HEADS = tuple(
    Style(SMALL_CAPS, width - _GUTTER, ((1, 8.5), (1, 7.5), (2, 7.5))) for width in _COLUMNS
)
_HOLDER = Style(
    REGULAR, _WIDTH, ((1, 28), (1, 25), (1, 22), (2, 20), (2, 17), (2, 15)), leading=1.16
)
_ISSUER = Style(SMALL_CAPS, _WIDTH - 110, ((1, 12), (2, 11), (2, 9)))
_HEADING = Style(SMALL_CAPS, _WIDTH - 110, ((1, 27), (1, 24), (1, 20)))
_LINE = Style(ITALIC, _WIDTH, ((1, 11), (2, 10)))
_TOTAL = Style(REGULAR, _WIDTH, ((1, 12), (2, 11)))
_FOOT = Style(ITALIC, _WIDTH - 110, ((1, 8.5), (1, 7.5), (2, 7.5)))


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells of settings one upon another."""

    cells: tuple[tuple[tuple[Setting, str], ...], ...]  # with their colours

    @property
    def height(self) -> float:
        return max(_height(cell) for cell in self.cells) + 2 * _PADDING


def render_transcript(transcript: Transcript) -> bytes:
    """Return A4 pages, upright, tagged for screen readers, their fonts embedded.

    The same transcript gives the same bytes. Needs an application context, for the translations.
    Refuses what cannot be set legibly (`CertificateDoesNotFit`) and what the fonts cannot draw
    (`MissingGlyph`).
    """
    with force_locale(transcript.language):
        register_fonts()
        title = gettext("Transcript of training")
        canvas = TaggedCanvas(
            A4,
            language=transcript.language,
            title=f"{title} – {transcript.holder}",
            subject=format_date(transcript.as_of, transcript.language),
            author=transcript.issuer,
            made_on=transcript.as_of,
        )
        head = _head_row()
        pages = _paginate([_row(line, transcript.language) for line in transcript.lines], head)
        for number, rows in enumerate(pages, start=1):
            if number > 1:
                canvas.next_page()
            _draw_ground(canvas, transcript, number, len(pages))
            top = _NEXT_TOP
            if number == 1:
                _draw_head(canvas, transcript, title)
                top = _FIRST_TOP
            _draw_rows(canvas, head, rows, top, is_first=number == 1)
        return canvas.finish()


def _row(line: TranscriptLine, language: str) -> _Row:
    def words(column: int, text: str | None) -> tuple[tuple[Setting, str], ...]:
        return ((_CELLS[column].set(text), _DARK),) if text else ()

    module = [(_TITLE.set(f"{line.code} {line.title}"), INK)]
    if line.programme:
        module.append((_PROGRAMME.set(line.programme), _GREY))
    state = line.certificate_state
    return _Row(
        (
            tuple(module),
            words(1, format_minutes(line.minutes, language, "short")),
            words(2, format_date(line.enrolled_on, language, "medium")),
            words(3, format_date(line.completed_on, language, "medium"))
            if line.completed_on
            else ((_STATES.set(gettext("not yet")), _GREY),),
            words(4, None if line.score is None else format_score(line.score, language)),
            (
                *words(5, line.certificate),
                *(((_STATES.set(_name_state(state)), _state_colour(state)),) if state else ()),
            ),
        )
    )


def _name_state(state: CredentialState) -> str:
    names: dict[CredentialState, str] = {
        CredentialState.VALID: gettext("valid"),
        CredentialState.SUPERSEDED: gettext("replaced"),
        CredentialState.REVOKED: gettext("withdrawn"),
        CredentialState.EXPIRED: gettext("expired"),
        CredentialState.ERASED: gettext("erased"),
    }
    return names[state]


def _state_colour(state: CredentialState) -> str:
    return _GREY if state is CredentialState.VALID else ACCENT


def _head_row() -> _Row:
    names = (
        gettext("Module"),
        gettext("Duration"),
        gettext("Enrolled on"),
        gettext("Completed on"),
        gettext("Score"),
        gettext("Certificate"),
    )
    return _Row(
        tuple(((style.set(name), _GREY),) for style, name in zip(_HEADS, names, strict=True))
    )


def _paginate(rows: Sequence[_Row], head: _Row) -> list[list[_Row]]:
    """Part the rows so that each page holds its own, whole."""
    pages: list[list[_Row]] = [[]]
    room = _FIRST_TOP - _FLOOR - head.height
    for row in rows:
        if row.height > room:
            pages.append([])
            room = _NEXT_TOP - _FLOOR - head.height
        pages[-1].append(row)
        room -= row.height
    return pages


def _draw_ground(canvas: TaggedCanvas, transcript: Transcript, number: int, count: int) -> None:
    """Draw what every page has: a braid above, and at its foot whose page it is, and which."""
    with canvas.artifact():
        canvas.addLiteral(_paper(is_first=number == 1))
        if transcript.specimen:
            word = compose(gettext("SPECIMEN"))
            body = Box(_LEFT, 120, _WIDTH, A4[1] - 240)
            draw_overprint(canvas, body, word, OVERPRINT, "#f6d9bd")
        whose = gettext(
            "%(holder)s, as of %(day)s",
            holder=transcript.holder,
            day=format_date(transcript.as_of, transcript.language),
        )
        page = gettext("Page %(number)s of %(count)s", number=number, count=count)
        _write(canvas, [(_FOOT.set(whose), _GREY)], _LEFT, 46)
        setting = Style(ITALIC, 110, ((1, 8.5),)).set(page)
        canvas.setFont(setting.face, setting.size)
        canvas.drawRightString(_LEFT + _WIDTH, 46 - setting.size, setting.lines[0])


def _draw_head(canvas: TaggedCanvas, transcript: Transcript, title: str) -> None:
    day = format_date(transcript.as_of, transcript.language)
    y = A4[1] - 66.0
    y = _paragraph(canvas, "P", _ISSUER.set(transcript.issuer), ACCENT, y)
    y = _paragraph(canvas, "H1", _HEADING.set(title), INK, y - 6)
    y = _paragraph(canvas, "P", _HOLDER.set(transcript.holder), "#11183a", y - 16)
    said = gettext("As of %(day)s", day=day)
    if transcript.specimen:
        said = f"{said} – {gettext('SPECIMEN, without value')}"
    y = _paragraph(canvas, "P", _LINE.set(said), _GREY, y - 4)
    minutes = format_minutes(transcript.completed_minutes, transcript.language)
    total = ngettext(
        "%(num)s module completed: %(duration)s in all.",
        "%(num)s modules completed: %(duration)s in all.",
        transcript.completed_count,
        duration=minutes,
    )
    if not transcript.completed_count:
        total = gettext("No module completed yet.")
    _paragraph(canvas, "P", _TOTAL.set(total), _DARK, y - 4)


def _draw_rows(
    canvas: TaggedCanvas, head: _Row, rows: Sequence[_Row], top: float, *, is_first: bool
) -> None:
    """Draw a page's part of the table; a screen reader hears its head once."""
    if not rows:
        return
    if is_first:
        with canvas.reopened("Table"), canvas.group("TR"):
            _draw_row(canvas, head, top, "TH")
    else:
        with canvas.artifact():
            for cell, x in zip(head.cells, _edges(), strict=True):
                _write(canvas, cell, x, top - _PADDING)
    y = top - head.height
    _rule(canvas, y, INK, 0.9)
    for row in rows:
        with canvas.reopened("Table"), canvas.group("TR"):
            _draw_row(canvas, row, y, "TD")
        y -= row.height
        _rule(canvas, y, RULE, 0.5)


def _draw_row(canvas: TaggedCanvas, row: _Row, top: float, role: str) -> None:
    scope = {"O": PDFName("Table"), "Scope": PDFName("Column")} if role == "TH" else None
    for cell, x in zip(row.cells, _edges(), strict=True):
        with canvas.tagged(role, attributes=scope):
            _write(canvas, cell, x, top - _PADDING)


def _edges() -> Iterator[float]:
    x = _LEFT
    for width in _COLUMNS:
        yield x
        x += width


def _rule(canvas: TaggedCanvas, y: float, colour: str, thickness: float) -> None:
    with canvas.artifact():
        canvas.setStrokeColor(HexColor(colour))
        canvas.setLineWidth(thickness)
        canvas.line(_LEFT, y, _LEFT + _WIDTH, y)


def _paragraph(canvas: TaggedCanvas, role: str, setting: Setting, colour: str, top: float) -> float:
    """Draw a text from `top` down and return where it ends."""
    with canvas.tagged(role):
        _write(canvas, [(setting, colour)], _LEFT, top)
    return top - _height([(setting, colour)])


def _write(canvas: Canvas, cell: Sequence[tuple[Setting, str]], x: float, top: float) -> None:
    for setting, colour in cell:
        canvas.setFillColor(HexColor(colour))
        canvas.setFont(setting.face, setting.size)
        for line in setting.lines:
            top -= setting.leading
            canvas.drawString(x, top + 0.27 * setting.size, line)


def _height(cell: Sequence[tuple[Setting, str]]) -> float:
    return sum(len(setting.lines) * setting.leading for setting, _colour in cell)


@cache
def _paper(*, is_first: bool) -> str:
    """Return the operators that draw a blank page: a braid, a rule at the foot, and on the first the seal."""
    canvas = Canvas(BytesIO(), pagesize=A4)
    canvas.saveState()
    canvas.translate(_LEFT, A4[1] - 40)
    strands = ((WARM_STRAND, 2.6, 0.45), (STRAND, 4.0, 0.45), (STRAND, 5.4, 0.35))
    draw_braid(canvas, _WIDTH, 14, strands)
    canvas.restoreState()
    canvas.setStrokeColor(HexColor(INK))
    canvas.setLineWidth(0.9)
    for y in (A4[1] - 33, A4[1] - 47):
        canvas.line(_LEFT, y, _LEFT + _WIDTH, y)
    canvas.setLineWidth(0.5)
    canvas.setStrokeColor(HexColor(RULE))
    canvas.line(_LEFT, 54, _LEFT + _WIDTH, 54)
    if is_first:
        _draw_letterhead(canvas, (_LEFT + _WIDTH - 46, A4[1] - 104))
    content: str = canvas.getCurrentPageContent()
    return content


def _draw_letterhead(canvas: Canvas, centre: tuple[float, float]) -> None:
    """Draw the seal of the transcript: a list, its lines ticked off."""
    x, y = centre
    with_clip(canvas, Box(0, 0, A4[0], A4[1] - 48))
    canvas.setStrokeColor(HexColor("#e6eaf4"))
    canvas.setLineWidth(0.45)
    for n in range(6):
        draw_rosette(canvas, centre, 24, radius=62, swing=14, shift=2 * pi * n / 6)
    canvas.restoreState()
    draw_seal_ground(canvas, centre, line=ACCENT, disc=INK, scale=0.9)
    for row in (8.5, 0.0, -8.5):
        canvas.setStrokeColor(HexColor(WHITE))
        canvas.setLineWidth(1.6)
        canvas.line(x - 3, y + row, x + 12, y + row)
        canvas.setStrokeColor(HexColor(TICK))
        canvas.setLineWidth(1.7)
        canvas.lines(
            [
                (x - 12, y + row, x - 9.5, y + row - 2.6),
                (x - 9.5, y + row - 2.6, x - 5.6, y + row + 3),
            ]
        )
