"""The certificate as a document: what is on the page, what is in the file, and what is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from pypdf.generic import ContentStream

from lms.credentials.errors import CertificateDoesNotFit, MissingGlyph
from lms.credentials.pdf import Certificate, render_certificate
from lms.credentials.pdf.qr_codes import make_qr_code
from tests.credentials.certificates import CERTIFICATE, ENGLISH

MILLIMETRE = 72 / 25.4


@pytest.fixture(autouse=True)
def app_context(app: Flask) -> Iterator[None]:
    """The product's own languages and translations."""
    with app.app_context():
        yield


@cache
def render(certificate: Certificate) -> bytes:
    """Return the document's bytes, set once for all tests that look at the same one."""
    return render_certificate(certificate)


def read(certificate: Certificate) -> Any:
    """Return the document; untyped, since anything may lie in a PDF's dictionaries."""
    return PdfReader(BytesIO(render(certificate)))


def text_of(certificate: Certificate) -> str:
    """Return the words on the page in their order, a space between any two."""
    return " ".join(read(certificate).pages[0].extract_text().split())


def structure_of(reader: Any) -> list[Any]:
    """Return the elements of the structure tree in reading order."""
    return [kid.get_object() for kid in reader.trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]]


@pytest.mark.parametrize("certificate", [CERTIFICATE, ENGLISH])
def test_a_certificate_is_one_a4_page_on_its_long_side(certificate):
    pages = read(certificate).pages

    assert len(pages) == 1
    assert pages[0].mediabox.width / MILLIMETRE == pytest.approx(297, abs=0.1)
    assert pages[0].mediabox.height / MILLIMETRE == pytest.approx(210, abs=0.1)


def test_everything_a_french_certificate_says_is_there_with_its_accents():
    text = text_of(CERTIFICATE)

    for words in (
        "Aïssata Élodie Ouédraogo",
        "Inscription et identification des électeurs",
        "Politique et administration électorales",
        "Commission électorale de la Région du Fleuve",
        "Scrutin, démonstration",
        "1 heure 30 minutes",
        "66,7 %",
        "15 février 2026",
        "16 août 2026",
        "SC-2026-00000042",
        "ABCD-EFGH-JKMN-PQRS",
    ):
        assert words in text


def test_a_french_certificate_has_no_word_of_the_english_one():
    french, english = (text_of(one) for one in (CERTIFICATE, ENGLISH))

    for words in ("Certificate of completion", "awarded to", "Duration", "Completed on", "Score"):
        assert words in english
        assert words not in french


def test_an_english_certificate_has_its_words_dates_and_figures_in_english():
    text = text_of(ENGLISH)

    assert "Certificate of completion" in text
    assert "1 hour 30 minutes" in text
    assert "66.7%" in text
    assert "15 February 2026" in text


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (20, "20 minutes"), (60, "1 heure"), (121, "2 heures 1 minute")],
)
def test_the_duration_is_in_hours_and_minutes(minutes, words):
    text = text_of(replace(CERTIFICATE, minutes=minutes))

    assert re.search(rf"\b{words}(?! \d| minutes?| heures?)", text)


def test_without_institution_programme_and_score_nothing_stands_in_their_place():
    text = text_of(replace(ENGLISH, institution=None, programme_title="", score=None))

    assert "Commission" not in text
    assert "Politique" not in text
    assert "%" not in text
    assert "Score" not in text
    assert "None" not in text


@pytest.mark.parametrize(
    "holder",
    [
        "Ɓaɗɗo Ƴero Ŋwa Ɲaman",
        "Ọlọ́runṣẹ́gun Adébáyọ̀ Ẹ̀bùn",
        "Kɔ̃́ɔ Ɛ̀ɖa Ŭɔ̈ Ʋɩ̃",
        "N’Golo Œuvré-Ÿves",
        unicodedata.normalize("NFD", "Éléonore Çà"),
    ],
)
def test_letters_of_african_languages_read_as_they_were_written(holder):
    assert unicodedata.normalize("NFC", holder) in text_of(replace(CERTIFICATE, holder=holder))


def test_every_font_is_embedded_with_its_map_to_unicode():
    fonts = read(replace(CERTIFICATE, specimen=True)).pages[0]["/Resources"]["/Font"]
    used = [font.get_object() for font in fonts.values()]
    ours = [font for font in used if "ScrutinSerif" in font["/BaseFont"]]

    assert len(ours) >= 3
    assert all("/FontFile2" in font["/FontDescriptor"] for font in ours)
    assert all("/ToUnicode" in font for font in ours)


def test_no_text_is_set_in_a_font_that_is_not_embedded():
    reader = read(replace(CERTIFICATE, specimen=True))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    content = ContentStream(reader.pages[0].get_contents(), reader)
    font, shown_in = None, set()

    for operands, operator in content.operations:
        if operator == b"Tf":
            font = operands[0]
        elif operator in {b"Tj", b"TJ"}:
            shown_in.add(font)

    assert shown_in
    for name in shown_in:
        assert "/FontFile2" in fonts[name]["/FontDescriptor"]


def marked_operations(reader: Any, number: int) -> list[Any]:
    """Return the operations inside the marked content of that number."""
    content = ContentStream(reader.pages[0].get_contents(), reader)
    found, inside = [], False
    for operands, operator in content.operations:
        if operator == b"BDC":
            inside = operands[1].get("/MCID") == number
        elif operator == b"EMC":
            inside = False
        elif inside:
            found.append((operands, operator))
    return found


@pytest.mark.parametrize("content", [CERTIFICATE.qr_content, "https://e.org/#" + "A1B2C3D" * 110])
def test_the_qr_code_holds_what_it_is_given_and_is_large_enough_for_a_phone(content):
    reader = read(replace(CERTIFICATE, qr_content=content))
    figure = next(item for item in structure_of(reader) if item["/S"] == "/Figure")
    left, bottom, right, top = (float(corner) for corner in figure["/A"]["/BBox"])
    operations = marked_operations(reader, figure["/K"])
    quiet_zone, *dark = [
        [float(number) for number in operands] for operands, operator in operations
        if operator == b"re"
    ]  # fmt: skip
    side = dark[0][3]

    modules = round((right - left) / side) - 8
    cells = set()
    for x, y, width, _height in dark:
        row, column = round((top - y) / side) - 5, round((x - left) / side) - 4
        cells |= {(row, column + n) for n in range(round(width / side))}
    mask = make_qr_code(content, right - left).matrix
    expected = {
        (row, column)
        for row, line in enumerate(mask)
        for column, module in enumerate(line)
        if module
    }

    assert modules * side >= 42 * MILLIMETRE
    assert top - bottom == pytest.approx(right - left)
    assert quiet_zone == pytest.approx([left, bottom, right - left, top - bottom], abs=0.01)
    assert modules == len(mask)
    assert cells == expected
    assert CERTIFICATE.verify_url in figure["/Alt"]


def test_the_address_is_a_link_and_reads_as_one_word():
    reader = read(CERTIFICATE)
    links = [area.get_object() for area in reader.pages[0]["/Annots"]]

    assert {link["/A"]["/URI"] for link in links} == {CERTIFICATE.verify_url}
    assert CERTIFICATE.verify_url in "".join(reader.pages[0].extract_text().split())


@pytest.mark.parametrize(
    ("holder", "named"),
    [
        ("Aminata 李", "李 (U+674E)"),
        ("فاطمة", "U+0641"),
        ("Ada\u200bLovelace", "U+200B"),
        ("Ada\x07", "U+0007"),
        ("Ada \ue001", "U+E001"),
        ("q\u0308\u0301", "U+0071 U+0308 U+0301"),
        ("\u0301Ada", "U+0301"),
        ("Ada \N{GRINNING FACE}", "U+1F600"),
    ],
)
def test_characters_that_the_fonts_do_not_have_are_refused_by_name(holder, named):
    with pytest.raises(MissingGlyph) as refusal:
        render_certificate(replace(CERTIFICATE, holder=holder))

    assert named in str(refusal.value)


LONG_NAME = (
    "Marie-Antoinette Bénédicte Éléonore Wilhelmine Rasolofonirina "
    "Andriamanantena Ramaroson Ouédraogo-Compaoré de la Fontaine"
)


@pytest.mark.parametrize("holder", [LONG_NAME, LONG_NAME.upper()])
def test_a_name_of_120_characters_is_printed_whole_in_letters_one_can_read(holder):
    assert len(holder) >= 120
    reader = read(replace(CERTIFICATE, holder=holder))
    name = structure_of(reader)[3]
    sizes = [
        float(operands[1])
        for operands, operator in marked_operations(reader, name["/K"])
        if operator == b"Tf"
    ]

    assert holder in " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    assert min(sizes) >= 13


def heard(reader: Any, element) -> str:
    """Return what the codes shown in an element stand for, with nothing between the lines."""
    fonts = reader.pages[0]["/Resources"]["/Font"]
    meanings, words = {}, ""
    for operands, operator in marked_operations(reader, element["/K"]):
        if operator == b"Tf":
            cmap = fonts[operands[0]]["/ToUnicode"].get_data().decode()
            meanings = {
                int(code, 16): bytes.fromhex(text).decode("utf-16-be")
                for code, text in re.findall("<([0-9A-F]{2})> <([0-9A-F]{4,})>\n", cmap)
            }
        elif operator == b"Tj":
            words += "".join(meanings[code] for code in operands[0].original_bytes)
    return words.strip()


def test_words_do_not_run_together_where_a_name_goes_on_to_the_next_line():
    reader = read(replace(CERTIFICATE, holder=LONG_NAME))

    assert heard(reader, structure_of(reader)[3]) == LONG_NAME


def test_the_longest_of_everything_at_once_still_is_one_page():
    words = "Élection "
    certificate = replace(
        CERTIFICATE,
        holder=LONG_NAME,
        module_title=(words * 18).strip(),
        programme_title=(words * 16).strip(),
        institution=(words * 16).strip(),
        issuer=(words * 10).strip(),
        specimen=True,
    )

    reader = read(certificate)
    assert len(reader.pages) == 1
    assert " ".join(reader.pages[0].extract_text().split()).count("Élection") == 60


@pytest.mark.parametrize("holder", [("Abdoulaye " * 30).strip(), "A" * 300, "Élise-" * 50])
def test_a_name_of_300_characters_is_refused_with_the_name(holder):
    with pytest.raises(CertificateDoesNotFit) as refusal:
        render_certificate(replace(CERTIFICATE, holder=holder))

    assert holder[:60] in str(refusal.value)


@pytest.mark.parametrize(
    "field", ["module_title", "programme_title", "institution", "issuer", "verify_url", "number"]
)
def test_any_other_text_that_cannot_be_set_is_refused(field):
    changes: dict[str, Any] = {field: "Électorat " * 80}

    with pytest.raises(CertificateDoesNotFit):
        render_certificate(replace(CERTIFICATE, **changes))


def test_markup_in_a_name_is_printed_and_not_obeyed():
    holder = '<b>Ada</b> <img src="x.png"> &amp;'
    reader = read(replace(CERTIFICATE, holder=holder))

    assert holder in " ".join(reader.pages[0].extract_text().split())
    assert "/XObject" not in reader.pages[0]["/Resources"]


@pytest.mark.parametrize(("certificate", "language"), [(CERTIFICATE, "fr"), (ENGLISH, "en")])
def test_the_document_says_its_language_title_and_author(certificate, language):
    reader = read(certificate)

    assert reader.trailer["/Root"]["/Lang"] == language
    assert certificate.module_title in reader.metadata.title
    assert reader.metadata.author == "Scrutin, démonstration"
    assert reader.metadata.subject == "SC-2026-00000042"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def test_a_screen_reader_hears_the_certificate_in_the_order_of_its_sense():
    reader = read(ENGLISH)
    elements = structure_of(reader)
    text = text_of(ENGLISH)
    places = [
        text.index(words)
        for words in (
            "Scrutin, démonstration",
            "Certificate of completion",
            "awarded to",
            "Aïssata Élodie Ouédraogo",
            "Commission électorale",
            "Voter registration",
            "1 hour 30 minutes",
            "66.7%",
            "15 February 2026",
            "Verification",
            "https://",
            "SC-2026-00000042",
            "16 August 2026",
        )
    ]

    assert places == sorted(places)
    roles = [element["/S"] for element in elements]
    assert [role for role in roles if role != "/P"] == ["/H1", "/H2", "/Figure"]
    assert roles.index("/H1") == 1


def test_all_that_is_drawn_is_either_tagged_or_an_artifact():
    reader = read(replace(CERTIFICATE, specimen=True))
    content = ContentStream(reader.pages[0].get_contents(), reader)
    depth, numbers = 0, []

    for operands, operator in content.operations:
        if operator in {b"BDC", b"BMC"}:
            depth += 1
            if operator == b"BDC":
                numbers.append(operands[1]["/MCID"])
        elif operator == b"EMC":
            depth -= 1
        elif operator in {b"Tj", b"TJ", b"f", b"f*", b"S", b"s", b"B", b"b", b"Do"}:
            assert depth == 1
    assert depth == 0
    assert numbers == list(range(len(structure_of(reader))))


def test_the_structure_tree_and_the_page_point_at_each_other():
    reader = read(CERTIFICATE)
    page = reader.pages[0]
    root = reader.trailer["/Root"]
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))

    assert root["/MarkInfo"]["/Marked"].value is True
    by_content = owners[page["/StructParents"]]
    for number, element in enumerate(structure_of(reader)):
        owner = by_content[number].get_object()
        assert owner == element or owner["/P"].get_object() == element
    for area in page["/Annots"]:
        link = owners[area.get_object()["/StructParent"]]
        assert link.get_object()["/S"] == "/Link"


@pytest.mark.parametrize("certificate", [CERTIFICATE, ENGLISH])
def test_a_specimen_says_so_across_the_page_and_on_its_counterfoil(certificate):
    specimen, real = read(replace(certificate, specimen=True)), read(certificate)

    def overprinted(reader: Any) -> bool:
        fonts = reader.pages[0]["/Resources"]["/Font"].values()
        return any("Overprint" in font.get_object()["/BaseFont"] for font in fonts)

    def announced(reader: Any) -> bool:
        return bool(re.search("SP[EÉ]CIMEN", reader.pages[0].extract_text()))

    assert overprinted(specimen)
    assert announced(specimen)
    assert not overprinted(real)
    assert not announced(real)


def test_a_font_that_xhtml2pdf_would_replace_by_another_stops_the_certificate(monkeypatch):
    monkeypatch.setattr("lms.credentials.pdf.rendering.FACES", ("ScrutinSerif-Regular",))

    with pytest.raises(RuntimeError, match="scrutinserif-smallcaps") as failure:
        render_certificate(CERTIFICATE)
    assert CERTIFICATE.holder not in str(failure.value)


def test_the_same_certificate_gives_the_same_bytes():
    first = render_certificate(CERTIFICATE)
    render_certificate(ENGLISH)

    assert render_certificate(CERTIFICATE) == first


def test_a_certificate_is_small_enough_for_a_slow_line():
    assert len(render_certificate(replace(CERTIFICATE, specimen=True))) < 80_000
