"""From a certificate to its document."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final

from flask_babel import force_locale, gettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from reportlab.lib.colors import HexColor
from reportlab.platypus.doctemplate import ActionFlowable
from reportlab.platypus.flowables import Flowable
from xhtml2pdf.config.resources import ResourceAccessPolicy, use_policy
from xhtml2pdf.context import pisaContext
from xhtml2pdf.document import pisaStory
from xhtml2pdf.xhtml2pdf_reportlab import PmlParagraph

from lms.credentials.domain import CredentialKind
from lms.credentials.errors import CertificateDoesNotFit
from lms.credentials.pdf.accreditation import ACCREDITATION
from lms.credentials.pdf.blocks import Blocks, style_sheet
from lms.credentials.pdf.certificate import Certificate
from lms.credentials.pdf.completion import COMPLETION
from lms.credentials.pdf.design import HAIR, SIGNING_ROOM, Arrangement, Design
from lms.credentials.pdf.logos import place_logos
from lms.credentials.pdf.motifs import PAGE_SIZE, Box, draw_overprint
from lms.credentials.pdf.participation import PARTICIPATION
from lms.credentials.pdf.qr_drawing import draw_qr_code
from lms.credentials.pdf.tagged import TaggedCanvas
from lms.credentials.pdf.typography import FACES, OVERPRINT, compose, register_fonts
from lms.credentials.pdf.wording import format_date, format_minutes, format_score

_TEMPLATES = Path(__file__).parents[1] / "templates"

DESIGNS: Final[Mapping[CredentialKind, Design]] = {
    CredentialKind.COMPLETION: COMPLETION,
    CredentialKind.PARTICIPATION: PARTICIPATION,
    CredentialKind.ACCREDITATION: ACCREDITATION,
}
# From large and airy to small and close.
_DENSITIES = (0, 1, 2, 3)

# ReportLab and xhtml2pdf keep fonts and caches for the whole process.
_RENDERING = Lock()


class _TooHigh(Exception):
    """A part is higher than its place; smaller letters may help."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


def render_certificate(certificate: Certificate) -> bytes:
    """Return one A4 page on its long side, tagged for screen readers, its fonts embedded.

    The same certificate gives the same bytes. Needs an application context, for the translations.
    Refuses what cannot be set legibly (`CertificateDoesNotFit`) and what the fonts cannot draw
    (`MissingGlyph`); nothing is cut or replaced.
    """
    design = DESIGNS[certificate.kind]
    with _RENDERING, force_locale(certificate.language), _watched(), use_policy(_NO_RESOURCES):
        register_fonts()
        for density in _DENSITIES:
            try:
                return _render(certificate, design, density)
            except _TooHigh as problem:
                text = problem.text
        raise CertificateDoesNotFit(text)


def _render(certificate: Certificate, design: Design, density: int) -> bytes:
    title = gettext(design.title)
    facts = list_facts(certificate)
    arrangement = design.arrange(
        facts=len(facts), signatories=len(certificate.signatories), logos=len(certificate.logos)
    )
    blocks = Blocks(design.styles(density), density)
    html = _template(design.template).render(
        certificate=certificate,
        title=title,
        facts=facts,
        issued_on=format_date(certificate.issued_on, certificate.language),
        block=blocks.set,
        part=blocks.part,
        css=style_sheet(design.colours, design.align, density),
        _=gettext,
    )
    # Measured before xhtml2pdf sets it, which is ten times the work.
    places = _list_places(design, arrangement)
    for (box, _high), part in zip(places, blocks.parts, strict=True):
        if part.height > box.height:
            raise _TooHigh(part.longest)
    canvas = TaggedCanvas(
        PAGE_SIZE,
        language=certificate.language,
        title=" – ".join([title, certificate.level or certificate.module_title]),
        subject=certificate.number,
        author=certificate.issuer,
        made_on=certificate.issued_on,
    )
    _draw(canvas, certificate, design, arrangement, zip(_sections(html), places, strict=True))
    return canvas.finish()


def list_facts(certificate: Certificate) -> list[tuple[str, str]]:
    """Return label and value of each figure on a certificate, in the language in force."""
    language = certificate.language
    reached = {
        CredentialKind.COMPLETION: gettext("Completed on"),
        CredentialKind.PARTICIPATION: gettext("Finished on"),
        CredentialKind.ACCREDITATION: gettext("Accredited on"),
    }
    facts = [(gettext("Duration"), format_minutes(certificate.minutes, language))]
    if certificate.score is not None:
        facts.append((gettext("Score"), format_score(certificate.score, language)))
    facts.append((reached[certificate.kind], format_date(certificate.completed_on, language)))
    if certificate.expires_on is not None:
        facts.append((gettext("Valid until"), format_date(certificate.expires_on, language)))
    return facts


def _list_places(design: Design, arrangement: Arrangement) -> list[tuple[Box, float]]:
    """Return where each part of the template goes, and how high in its box: from the bottom (0) to the top (1)."""
    return [
        (design.masthead, 0),
        (arrangement.main, 0.5),
        *((_text_in(column, design.fact_width, design), 0.5) for column in arrangement.facts),
        *((_signature_text(column, design), 1) for column in arrangement.signatures),
        (design.stub_head, 0.5),
        (design.stub_body, 1),
    ]


def _draw(
    canvas: TaggedCanvas,
    certificate: Certificate,
    design: Design,
    arrangement: Arrangement,
    parts: Iterator[tuple[Sequence[Flowable], tuple[Box, float]]],
) -> None:
    """Draw the page in reading order, ornaments first, so that text lies on top."""
    with canvas.artifact():
        canvas.addLiteral(design.paper())
        if certificate.specimen:
            word = compose(gettext("SPECIMEN"))
            draw_overprint(canvas, design.region, word, OVERPRINT, design.colours.overprint)
        _draw_rules(canvas, design, arrangement)

    *sheet, head, stub = parts
    for flowables, (box, high) in sheet:
        _place(canvas, flowables, box, high)
    if certificate.logos:
        for logo, picture, box in place_logos(certificate.logos, arrangement.logos, design.align):
            with canvas.tagged("Figure", description=logo.alt, box=box):
                picture.draw(canvas, box)
    _place(canvas, head[0], *head[1])
    description = gettext("QR code of the address %(url)s", url=certificate.verify_url)
    with canvas.tagged("Figure", description=description, box=design.qr_code):
        canvas.addLiteral(draw_qr_code(certificate.qr_content, design.qr_code))
    _place(canvas, stub[0], *stub[1])


def _text_in(column: Box, width: float, design: Design) -> Box:
    inset = 0 if design.align == "left" else (column.width - width) / 2
    return Box(column.x + inset, column.y, width + HAIR, column.height)


def _signature_text(column: Box, design: Design) -> Box:
    text = _text_in(column, design.signatory_width, design)
    return Box(text.x, text.y, text.width, text.height - SIGNING_ROOM)


def _draw_rules(canvas: TaggedCanvas, design: Design, arrangement: Arrangement) -> None:
    """Draw what parts the figures, and a line for each signatory."""
    canvas.setStrokeColor(HexColor(design.colours.rule))
    canvas.setLineWidth(0.6)
    for above, below in pairwise(arrangement.facts):
        if above.x != below.x:
            x = below.x - (10 if design.align == "left" else 0)
            canvas.line(x, below.y, x, below.top)
        else:
            x, _y = below.centre
            canvas.line(x - 22, below.top, x + 22, below.top)
    canvas.setStrokeColor(HexColor(design.colours.ink))
    for column in arrangement.signatures:
        text = _signature_text(column, design)
        canvas.line(text.x, text.top, text.right, text.top)


def _place(canvas: TaggedCanvas, flowables: Sequence[Flowable], box: Box, high: float) -> None:
    """Draw `flowables` one below the other in `box`; refuses when they are higher than it."""
    room = box.height
    sizes = [flowable.wrapOn(canvas, box.width, room) for flowable in flowables]
    gaps = [
        max(above.getSpaceAfter(), below.getSpaceBefore()) for above, below in pairwise(flowables)
    ]
    room -= sum(height for _width, height in sizes) + sum(gaps)
    if room < 0:
        raise RuntimeError("xhtml2pdf sets a text higher than it was measured")
    y = box.top - room * (1 - high)
    for flowable, (width, height), gap in zip(flowables, sizes, [*gaps, 0], strict=True):
        y -= height
        if isinstance(flowable, PmlParagraph):
            # The style sheet gives headings an outline level and paragraphs none.
            level = flowable.outlineLevel
            marked = canvas.tagged(f"H{level}" if level else "P")
        else:
            marked = canvas.artifact()
        with marked:
            flowable.drawOn(canvas, box.x, y, _sW=box.width - width)
        y -= gap


def _sections(html: str) -> list[list[Flowable]]:
    """Return the paragraphs that xhtml2pdf makes of `html`, parted at its <pdf:nextframe>s."""
    context = _Context("")
    for face in FACES:
        context.registerFont(face)
    # The template's line ends would each be a text to set.
    html = _BETWEEN_TAGS.sub("><", html)
    pisaStory(html, context=context, resource_policy=_NO_RESOURCES, default_css="")
    if context.err or context.warn:
        raise RuntimeError(f"xhtml2pdf: {context.err} errors, {context.warn} warnings")
    sections: list[list[Flowable]] = [[]]
    for flowable in context.story:
        if isinstance(flowable, ActionFlowable):
            sections.append([])
        else:
            # Lines as far apart as they were measured, not as the fonts would have them.
            flowable.autoLeading = "off"
            sections[-1].append(flowable)
    return sections


class _Context(pisaContext):  # type: ignore[misc]  # xhtml2pdf is not typed
    """xhtml2pdf's state for one page; a style sheet is read once in a process.

    That is sound for ours, which has neither @page nor @font-face: those act while they are read.
    """

    _sheets: ClassVar[dict[str, Any]] = {}

    def _parseCSSSource(self, text: str, source_name: str | None) -> Any:  # noqa: N802  # xhtml2pdf's name
        if text not in self._sheets:
            self._sheets[text] = super()._parseCSSSource(text, source_name)
        return self._sheets[text]


_BETWEEN_TAGS = re.compile(r">\s+<")
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
    """Fail if xhtml2pdf, svglib or ReportLab warn of anything meanwhile."""
    complaints = _Complaints()
    loggers = [logging.getLogger(name) for name in ("xhtml2pdf", "reportlab", "svglib")]
    for logger in loggers:
        logger.addHandler(complaints)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(complaints)
        if complaints.messages:
            raise RuntimeError("; ".join(complaints.messages))


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template(f"credentials/pdf/{name}")
