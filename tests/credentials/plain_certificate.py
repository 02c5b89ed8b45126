"""A completion drawn by plain ReportLab: what `tools/bench_certificates.py` measures ours beside.

It puts the same texts, in the same fonts and sizes, over the same ornaments and beside the same QR code, and does
nothing else: no HTML, no tags for screen readers, no check that everything has room.
"""

from __future__ import annotations

from io import BytesIO

from flask_babel import force_locale, gettext
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from lms.credentials.pdf import Certificate
from lms.credentials.pdf.completion import COMPLETION
from lms.credentials.pdf.logos import place_logos
from lms.credentials.pdf.motifs import PAGE_SIZE, Box
from lms.credentials.pdf.qr_drawing import draw_qr_code
from lms.credentials.pdf.rendering import list_facts
from lms.credentials.pdf.typography import Style, register_fonts
from lms.credentials.pdf.wording import format_date


class _Page:
    """Draws centred texts one below the other."""

    def __init__(self, language: str) -> None:
        self.canvas = Canvas(
            BytesIO(), pagesize=PAGE_SIZE, pageCompression=1, invariant=1, lang=language,
            initialFontName="ScrutinSerif-Regular",
        )  # fmt: skip

    def write(self, style: Style, text: str, x: float, top: float, colour: str) -> float:
        setting = style.set(text)
        self.canvas.setFont(setting.face, setting.size)
        self.canvas.setFillColor(HexColor(colour))
        for line in setting.lines:
            top -= setting.leading
            self.canvas.drawCentredString(x, top + 0.27 * setting.size, line)
        return top


def draw_certificate(certificate: Certificate) -> bytes:
    """Return the page. Needs an application context, for the translations."""
    register_fonts()
    with force_locale(certificate.language):
        page = _Page(certificate.language)
        page.canvas.setTitle(f"{gettext(COMPLETION.title)} – {certificate.module_title}")
        page.canvas.setAuthor(certificate.issuer)
        page.canvas._code.append(COMPLETION.paper())
        _draw_sheet(page, certificate)
        _draw_stub(page, certificate)
        page.canvas.showPage()
        content: bytes = page.canvas.getpdfdata()
        return content


def _draw_sheet(page: _Page, certificate: Certificate) -> None:
    styles, grey = COMPLETION.styles(0), "#4f586d"
    facts = list_facts(certificate)
    places = COMPLETION.arrange(
        facts=len(facts), signatories=len(certificate.signatories), logos=len(certificate.logos)
    )
    x = COMPLETION.masthead.centre[0]
    y = page.write(styles["issuer"], certificate.issuer, x, COMPLETION.masthead.top, "#a75400")
    page.write(styles["title"], gettext(COMPLETION.title), x, y - 10, "#1c2f6b")
    y = page.write(styles["phrase"], gettext("awarded to"), x, places.main.top - 20, grey)
    y = page.write(styles["holder"], certificate.holder, x, y, "#11183a")
    if certificate.institution:
        y = page.write(styles["institution"], certificate.institution, x, y, "#1b2130")
    y = page.write(styles["phrase"], gettext("for completing the module"), x, y - 15, grey)
    y = page.write(styles["module"], certificate.module_title, x, y, "#1c2f6b")
    if certificate.programme_title:
        page.write(styles["programme"], certificate.programme_title, x, y, grey)
    for (label, value), box in zip(facts, places.facts, strict=True):
        y = page.write(styles["fact label"], label, box.centre[0], box.top - 6, grey)
        page.write(styles["fact value"], value, box.centre[0], y, "#1b2130")
    for signatory, box in zip(certificate.signatories, places.signatures, strict=True):
        _draw_line(page, box)
        y = page.write(styles["signatory"], signatory.name, box.centre[0], box.top - 23, "#1b2130")
        page.write(styles["signatory title"], signatory.title, box.centre[0], y, grey)
    if certificate.logos:
        for _logo, picture, box in place_logos(certificate.logos, places.logos, "center"):
            picture.draw(page.canvas, box)


def _draw_line(page: _Page, box: Box) -> None:
    x, half = box.centre[0], COMPLETION.signatory_width / 2
    page.canvas.setLineWidth(0.6)
    page.canvas.line(x - half, box.top - 20, x + half, box.top - 20)


def _draw_stub(page: _Page, certificate: Certificate) -> None:
    styles, grey, dark = COMPLETION.styles(0), "#4f586d", "#1b2130"
    x = COMPLETION.stub.centre[0]
    page.write(
        styles["heading"], gettext("Verification"), x, COMPLETION.stub_head.top - 10, "#1c2f6b"
    )
    page.canvas._code.append(draw_qr_code(certificate.qr_content, COMPLETION.qr_code))
    y = COMPLETION.stub_body.top
    y = page.write(
        styles["instruction"], gettext("Scan the code, or open this address:"), x, y, grey
    )
    y = page.write(styles["address"], certificate.verify_url, x, y - 3, "#1c2f6b")
    for label, value in (
        (gettext("Code"), certificate.code),
        (gettext("Number"), certificate.number),
        (gettext("Issued on"), format_date(certificate.issued_on, certificate.language)),
    ):
        y = page.write(styles["stub label"], label, x, y - 12, grey)
        y = page.write(styles["stub value"], value, x, y - 1, dark)
