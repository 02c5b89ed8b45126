"""What can be printed is known where a name is typed, and it is what the fonts have."""

from __future__ import annotations

import subprocess
import sys

import pytest
from reportlab.pdfbase import pdfmetrics

from lms.credentials.domain import list_undrawable
from lms.credentials.domain.coverage import composed_places, is_drawn
from lms.credentials.pdf.typography import FACES, register_fonts


def test_the_table_of_what_is_drawn_is_what_every_face_has():
    register_fonts()
    faces = (set(pdfmetrics.getFont(face).face.charToGlyph) for face in FACES)
    # Private use is ours, and U+FFFF is no character.
    common = {code for code in set.intersection(*faces) if not 0xE000 <= code <= 0xF8FF} - {0xFFFF}

    assert {code for code in range(0x11_0000) if is_drawn(code)} == common


def test_every_composed_letter_has_its_glyph_in_every_face():
    register_fonts()
    for face in FACES:
        glyphs = pdfmetrics.getFont(face).face.charToGlyph
        assert all(0xE000 + place in glyphs for place in composed_places().values())


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("Aïssata Élodie Ouédraogo", []),
        ("Ọlọ́runṣẹ́gun Ɓaɗɗo Kɔ̃́ɔ", []),
        ("E\u0301lodie", []),
        ("فاطمة", ["ف", "ا", "ط", "م", "ة"]),
        ("Ada 李李", ["李"]),
        ("q\u0308\u0301 Ada", ["q\u0308\u0301"]),
        ("Ada\x07", ["\x07"]),
        ("Ada\uffff", ["\uffff"]),
        ("Ada\ue001", ["\ue001"]),
        ("Ada\tLovelace\n", []),
        ("", []),
    ],
)
def test_each_letter_that_cannot_be_printed_is_listed_once(name, missing):
    assert list_undrawable(name) == missing


def test_a_web_process_needs_no_library_of_documents_for_it():
    code = (
        "import sys; from lms.credentials.domain import list_undrawable; list_undrawable('é');"
        "print(sorted({'reportlab', 'xhtml2pdf', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert done.stdout.strip() == "[]"
