"""The page that ours is measured beside says what ours says."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from lms.credentials.pdf import render_certificate
from tests.credentials.certificates import COMPLETION
from tests.credentials.plain_certificate import draw_certificate


@pytest.fixture(autouse=True)
def app_context(app: Flask) -> Iterator[None]:
    """The product's own languages and translations."""
    with app.app_context():
        yield


def test_the_plain_certificate_has_the_text_the_fonts_and_the_drawings_of_ours():
    ours, plain = (
        PdfReader(BytesIO(make(COMPLETION))).pages[0]
        for make in (render_certificate, draw_certificate)
    )

    assert plain.extract_text().split() == ours.extract_text().split()
    assert {font["/BaseFont"] for font in fonts(plain)} == {
        font["/BaseFont"] for font in fonts(ours)
    }
    # The ornaments, the logos and the QR code are by far the most of it.
    sizes = [len(page.get_contents().get_data()) for page in (ours, plain)]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.2)


def fonts(page) -> list:
    return [
        font.get_object()
        for font in page["/Resources"]["/Font"].values()
        if "ScrutinSerif" in font.get_object()["/BaseFont"]
    ]
