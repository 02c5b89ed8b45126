"""The transcript as a document: none, one or many modules, on as many pages as they take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from lms.credentials.domain import CredentialState
from lms.credentials.errors import CertificateDoesNotFit, MissingGlyph
from lms.credentials.pdf import Transcript, TranscriptLine, render_transcript

LINE = TranscriptLine(
    code="M8",
    title="Voter registration and identification",
    programme="MEPA: electoral policy and administration",
    minutes=90,
    enrolled_on=date(2026, 1, 12),
    completed_on=date(2026, 2, 15),
    score=Fraction(4, 5),
    certificate="SC-2026-00000042",
    certificate_state=CredentialState.VALID,
)
OPEN = replace(
    LINE, code="M9", completed_on=None, score=None, certificate=None, certificate_state=None
)
ONE = Transcript(
    language="en",
    holder="Aïssata Élodie Ouédraogo",
    issuer="Scrutin, démonstration",
    as_of=date(2026, 8, 16),
    lines=(LINE,),
    completed_count=1,
    completed_minutes=90,
    specimen=False,
)
MANY = replace(
    ONE,
    lines=tuple(
        replace(
            LINE if n % 4 else OPEN,
            code=f"M{n}",
            title="Voter education " * (1 + n % 5),
            enrolled_on=date(2026, 1, n % 28 + 1),
        )
        for n in range(1, 41)
    ),
)


@pytest.fixture(autouse=True)
def app_context(app: Flask) -> Iterator[None]:
    """The product's own languages and translations."""
    with app.app_context():
        yield


@cache
def render(transcript: Transcript) -> bytes:
    return render_transcript(transcript)


def read(transcript: Transcript) -> Any:
    """Return the document; untyped, since anything may lie in a PDF's dictionaries."""
    return PdfReader(BytesIO(render(transcript)))


def text_of(transcript: Transcript) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(transcript).pages).split())


def table_of(reader: Any) -> Any:
    kids = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]
    return next(kid.get_object() for kid in kids if kid.get_object()["/S"] == "/Table")


def test_a_transcript_says_who_learnt_what_and_when():
    text = text_of(ONE)

    for words in (
        "Scrutin, démonstration", "Transcript of training", "Aïssata Élodie Ouédraogo",
        "As of 16 August 2026", "1 module completed: 1 hour 30 minutes in all.",
        "M8 Voter registration and identification", "MEPA: electoral policy and administration",
        "12 Jan 2026", "15 Feb 2026", "80%", "SC-2026-00000042", "valid", "Page 1 of 1",
    ):  # fmt: skip
        assert words in text


def test_a_french_transcript_has_its_dates_and_figures_in_french():
    text = text_of(replace(ONE, language="fr"))

    assert "16 août 2026" in text
    assert "80 %" in text
    assert "1 heure 30 minutes" in text


def test_the_total_is_told_as_it_is_given():
    text = text_of(
        replace(
            ONE,
            lines=(LINE, OPEN, replace(LINE, code="M10", minutes=45)),
            completed_count=2,
            completed_minutes=135,
        )
    )

    assert "2 modules completed: 2 hours 15 minutes in all." in text
    assert "not yet" in text


def test_a_transcript_without_a_module_says_so_on_one_page():
    text = text_of(replace(ONE, lines=(), completed_count=0, completed_minutes=0))

    assert "No module completed yet." in text
    assert "Page 1 of 1" in text
    assert "Certificate" not in text


def test_forty_modules_go_over_several_pages_each_row_whole_and_in_its_order():
    pages = [" ".join(page.extract_text().split()) for page in read(MANY).pages]

    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Enrolled on" in page
    codes = re.findall(r"\bM\d+(?= Voter)", " ".join(pages))
    assert codes == [line.code for line in MANY.lines]
    assert "Voter education Voter education Voter education Voter education Voter" in text_of(MANY)


def test_a_screen_reader_hears_one_table_with_its_head_once():
    reader = read(MANY)
    rows = [row.get_object() for row in table_of(reader)["/K"]]
    cells = [[cell.get_object() for cell in row["/K"]] for row in rows]

    assert [row["/S"] for row in rows] == ["/TR"] * 41
    assert [cell["/S"] for cell in cells[0]] == ["/TH"] * 6
    assert all(cell["/A"]["/Scope"] == "/Column" for cell in cells[0])
    assert all([cell["/S"] for cell in row] == ["/TD"] * 6 for row in cells[1:])
    # Each page's marked content is owned by an element on that page.
    numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in reader.pages:
        for owner in owners[page["/StructParents"]]:
            assert owner.get_object()["/Pg"].get_object() == page


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (CredentialState.VALID, "valid"),
        (CredentialState.SUPERSEDED, "replaced"),
        (CredentialState.REVOKED, "withdrawn"),
        (CredentialState.EXPIRED, "expired"),
        (CredentialState.ERASED, "erased"),
    ],
)
def test_what_became_of_a_certificate_stands_under_its_number(state, word):
    assert f"SC-2026-00000042 {word}" in text_of(
        replace(ONE, lines=(replace(LINE, certificate_state=state),))
    )


def test_a_transcript_says_its_title_and_language_and_all_its_fonts_are_in_it():
    reader = read(MANY)

    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "Transcript of training – Aïssata Élodie Ouédraogo"
    for page in reader.pages:
        assert page.mediabox.width < page.mediabox.height
        used = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        ours = [font for font in used if "ScrutinSerif" in font["/BaseFont"]]
        assert all("/FontFile2" in font["/FontDescriptor"] for font in ours)


def test_a_specimen_says_so():
    assert "SPECIMEN, without value" in text_of(replace(ONE, specimen=True))
    assert "SPECIMEN" not in text_of(ONE)


def test_the_same_transcript_gives_the_same_bytes():
    assert render_transcript(MANY) == render(MANY)


def test_letters_that_the_fonts_do_not_have_are_refused():
    with pytest.raises(MissingGlyph) as refusal:
        render_transcript(replace(ONE, lines=(replace(LINE, title="Регистрация"),)))

    assert "U+0420" in str(refusal.value)


def test_what_has_no_room_is_refused():
    with pytest.raises(CertificateDoesNotFit):
        render_transcript(replace(ONE, lines=(replace(LINE, title="Registration" * 12),)))


def test_a_certificate_without_a_state_cannot_be():
    with pytest.raises(ValueError, match="a number and a state"):
        replace(LINE, certificate_state=None)
