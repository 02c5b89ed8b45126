"""From a certificate to its document."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_percent
from babel.units import format_unit
from flask_babel import force_locale, gettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from reportlab.lib.colors import HexColor
from reportlab.platypus.doctemplate import ActionFlowable
from reportlab.platypus.flowables import Flowable
from xhtml2pdf.config.resources import ResourceAccessPolicy, use_policy
from xhtml2pdf.context import pisaContext
from xhtml2pdf.document import pisaStory
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from lms.core.i18n import format_locale
from lms.credentials.errors import CertificateDoesNotFit
from lms.credentials.pdf.certificate import Certificate
from lms.credentials.pdf.paper import (
    ACCENT,
    BALLOT,
    COUNTERFOIL,
    INK,
    PAGE_SIZE,
    QR_CODE,
    RULE,
    Box,
    draw_overprint,
    draw_qr_code,
    paper,
)
from lms.credentials.pdf.tagged import TaggedCanvas
from lms.credentials.pdf.typography import (
    FACES,
    ITALIC,
    OVERPRINT,
    REGULAR,
    SMALL_CAPS,
    Setting,
    Style,
    compose,
    register_fonts,
)

_TEMPLATES = Path(__file__).parents[1] / "templates"


# Widths in points. A text is set to the one, in a box wider by a hair: nothing is broken twice.
_TEXT = 482.0
_FACT = 112.0
_STUB = COUNTERFOIL.width - 30
_HAIR = 1

# Where things are set, from the lower left corner.
_MAIN = Box(BALLOT.x + (BALLOT.width - _TEXT) / 2, 128, _TEXT + _HAIR, BALLOT.top - 162)
_FACTS = Box(_MAIN.x, 60, _TEXT, 46)
_STUB_HEAD = Box(
    COUNTERFOIL.x + 15, QR_CODE.top + 6, _STUB + _HAIR, COUNTERFOIL.top - QR_CODE.top - 22
)
_STUB_BODY = Box(COUNTERFOIL.x + 15, 152, _STUB + _HAIR, QR_CODE.y - 161)

# How each text may be set; a text that fits at no step is refused.
_STYLES: Final[Mapping[str, Style]] = {
    "issuer": Style(SMALL_CAPS, _TEXT, ((1, 13), (1, 11.5), (1, 10), (2, 10), (2, 9))),
    "title": Style(SMALL_CAPS, _TEXT, ((1, 37), (1, 33), (1, 29), (1, 25), (1, 21)), leading=1.15),
    "phrase": Style(ITALIC, _TEXT, ((1, 14), (1, 12), (2, 11))),
    "holder": Style(
        REGULAR,
        _TEXT,
        (
            *((1, size) for size in (39, 36, 33, 30, 27)),
            *((2, size) for size in (27, 24, 21, 19, 17, 15, 13.5)),
        ),
        leading=1.16,
    ),
    "institution": Style(REGULAR, _TEXT, ((1, 14), (1, 12.5), (2, 12.5), (2, 11), (2, 9.5))),
    "module": Style(
        REGULAR, _TEXT, ((1, 23), (1, 21), (1, 19), (2, 19), (2, 17), (2, 15), (3, 13))
    ),
    "programme": Style(ITALIC, _TEXT, ((1, 14), (1, 12.5), (2, 12.5), (2, 11), (2, 9.5))),
    "fact label": Style(SMALL_CAPS, _FACT, ((1, 9), (1, 8), (2, 7.5))),
    "fact value": Style(REGULAR, _FACT, ((1, 14), (1, 13), (1, 12), (1, 11), (2, 10.5))),
    "heading": Style(SMALL_CAPS, _STUB, ((1, 15), (1, 13), (1, 11))),
    "notice": Style(SMALL_CAPS, _STUB, ((1, 10), (1, 9), (2, 9), (2, 8))),
    "instruction": Style(ITALIC, _STUB, ((1, 9.5), (2, 9.5), (3, 9))),
    "address": Style(REGULAR, _STUB, ((2, 9), (3, 8.5), (4, 8), (5, 7)), breaks="/-.=&?"),
    "stub label": Style(SMALL_CAPS, _STUB, ((1, 8), (1, 7), (2, 7))),
    "stub value": Style(REGULAR, _STUB, ((1, 13), (1, 12), (1, 11), (1, 10)), breaks=" -"),
}

# ReportLab and xhtml2pdf keep fonts and caches for the whole process.
_RENDERING = Lock()


def render_certificate(certificate: Certificate) -> bytes:
    """Return one A4 page on its long side, tagged for screen readers, its fonts embedded.

    The same certificate gives the same bytes. Needs an application context, for the translations.
    Refuses what cannot be set legibly (`CertificateDoesNotFit`) and what the fonts cannot draw
    (`MissingGlyph`); nothing is cut or replaced.
    """
    with _RENDERING, force_locale(certificate.language):
        register_fonts()
        title = gettext("Certificate of completion")
        facts = _facts(certificate)
        html = _template().render(
            certificate=certificate,
            title=title,
            facts=facts,
            issued_on=_format_date(certificate.issued_on, certificate.language),
            set=_set,
            _=gettext,
            ink=INK,
            accent=ACCENT,
        )
        canvas = TaggedCanvas(
            PAGE_SIZE,
            language=certificate.language,
            title=f"{title} – {certificate.module_title}",
            subject=certificate.number,
            author=certificate.issuer,
            made_on=certificate.issued_on,
        )
        with _watched(), use_policy(_NO_RESOURCES):
            _draw(canvas, certificate, _sections(html), len(facts))
        return canvas.finish()


def _draw(
    canvas: TaggedCanvas, certificate: Certificate, sections: list[list[Flowable]], facts: int
) -> None:
    """Draw the page in reading order, ornaments first, so that text lies on top."""
    column = _FACTS.width / facts
    with canvas.artifact():
        canvas.addLiteral(paper())
        if certificate.specimen:
            draw_overprint(canvas, compose(gettext("SPECIMEN")), OVERPRINT)
        canvas.setStrokeColor(HexColor(RULE))
        canvas.setLineWidth(0.6)
        for n in range(1, facts):
            x = _FACTS.x + n * column
            canvas.line(x, _FACTS.y, x, _FACTS.top)

    main, *columns, head, body = sections
    _place(canvas, main, _MAIN, centred=True)
    for n, flowables in enumerate(columns):
        x = _FACTS.x + n * column + (column - _FACT) / 2
        _place(canvas, flowables, Box(x, _FACTS.y, _FACT + _HAIR, _FACTS.height), centred=True)
    _place(canvas, head, _STUB_HEAD, centred=True)
    with canvas.tagged(
        "Figure",
        description=gettext("QR code of the address %(url)s", url=certificate.verify_url),
        box=QR_CODE,
    ):
        draw_qr_code(canvas, certificate.qr_content)
    _place(canvas, body, _STUB_BODY)


def _place(
    canvas: TaggedCanvas, flowables: Sequence[Flowable], box: Box, *, centred: bool = False
) -> None:
    """Draw `flowables` one below the other in `box`; refuses when they are higher than it."""
    room = box.height
    sizes = [flowable.wrapOn(canvas, box.width, room) for flowable in flowables]
    gaps = [
        max(above.getSpaceAfter(), below.getSpaceBefore()) for above, below in pairwise(flowables)
    ]
    room -= sum(height for _width, height in sizes) + sum(gaps)
    if room < 0:
        raise CertificateDoesNotFit(" ".join(getattr(item, "text", "") for item in flowables))
    y = box.top - (room / 2 if centred else 0)
    for flowable, (width, height), gap in zip(flowables, sizes, [*gaps, 0], strict=True):
        y -= height
        if isinstance(flowable, PmlParagraph):
            # The template gives headings an outline level and paragraphs none.
            level = flowable.outlineLevel
            marked = canvas.tagged(f"H{level}" if level else "P")
        else:
            marked = canvas.artifact()
        with marked:
            flowable.drawOn(canvas, box.x, y, _sW=box.width - width)
        y -= gap


def _sections(html: str) -> list[list[Flowable]]:
    """Return the paragraphs that xhtml2pdf makes of `html`, parted at its <pdf:nextframe>s."""
    context = pisaContext("")
    for face in FACES:
        context.registerFont(face)
    pisaStory(html, context=context, resource_policy=_NO_RESOURCES)
    if context.err or context.warn:
        raise RuntimeError(f"xhtml2pdf: {context.err} errors, {context.warn} warnings")
    sections: list[list[Flowable]] = [[]]
    for flowable in context.story:
        if isinstance(flowable, ActionFlowable):
            sections.append([])
        else:
            sections[-1].append(flowable)
    return sections


_NO_RESOURCES = ResourceAccessPolicy(allow_remote=False, base_dir=None)


class _Complaints(logging.Handler):
    """Keeps what a library logs as a warning: it would print the page all the same."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first line; the markup it is about comes after, and holds a person's name."""
        self.messages.append(record.getMessage().partition("\n")[0])


@contextmanager
def _watched() -> Iterator[None]:
    """Fail if xhtml2pdf or ReportLab warn of anything meanwhile."""
    complaints = _Complaints()
    loggers = [logging.getLogger(name) for name in ("xhtml2pdf", "reportlab")]
    for logger in loggers:
        logger.addHandler(complaints)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(complaints)
        if complaints.messages:
            raise RuntimeError("; ".join(complaints.messages))


def _set(style: str, text: str) -> Setting:
    return _STYLES[style].set(text)


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("credentials/pdf/certificate.html")


def _facts(certificate: Certificate) -> list[tuple[str, str]]:
    """Return label and value of each figure in the ballot's last row."""
    language = certificate.language
    facts = [
        (gettext("Duration"), _format_minutes(certificate.minutes, language)),
        (gettext("Completed on"), _format_date(certificate.completed_on, language)),
    ]
    if certificate.score is not None:
        facts.insert(1, (gettext("Score"), _format_score(certificate.score, language)))
    return facts


def _format_date(day: date, language: str) -> str:
    return format_date(day, "long", locale=format_locale(language))


def _format_minutes(minutes: int, language: str) -> str:
    """Return '20 minutes', '1 hour 30 minutes', '2 hours'."""
    hours, rest = divmod(minutes, 60)
    locale = format_locale(language)
    parts = [
        format_unit(count, f"duration-{unit}", length="long", locale=locale)
        for count, unit in ((hours, "hour"), (rest, "minute"))
        if count
    ]
    # The number and its unit stay on one line.
    return " ".join(part.replace(" ", "\u00a0") for part in parts)


def _format_score(score: Fraction, language: str) -> str:
    """Return it as a percentage, with a decimal where there is one."""
    locale = Locale.parse(format_locale(language))
    pattern = locale.percent_formats[None].pattern.replace("0", "0.#")
    value = Decimal(score.numerator) / Decimal(score.denominator)
    return format_percent(value, format=pattern, locale=locale)
