"""The three papers: one page each, every text whole, whatever the names; read by poppler as others read them."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from lms.credentials.domain import CredentialKind
from lms.credentials.errors import CertificateDoesNotFit, MissingGlyph
from lms.credentials.pdf import Certificate, Logo, Signatory, render_certificate
from lms.credentials.pdf.logos import place_logos
from lms.credentials.pdf.motifs import Box
from tests.credentials.certificates import (
    ACCREDITATION,
    COMPLETION,
    LOGOS,
    OF_EACH_KIND,
    PARTICIPATION,
    SIGNATORIES,
)

# Longer than people have, in the scripts and with the accents that they have.
NAMES = {
    "French": "Anne-Cécile Éléonore Noëlle de Œuvré-Ÿves d’Haÿ-les-Îles Françoise",
    "Vietnamese": "Nguyễn Thị Ngọc Ánh Phượng Hoàng Trường Đặng Quỳnh Hữu",
    "Yoruba": "Ọlọ́runṣẹ́gun Adébáyọ̀ Ẹ̀bùn Olúwáṣeun Ọmọ́táyọ̀ Àdùkẹ́",
    "Hausa": "Ɓalarabe Ɗanladi Ƙarfe ɓaɓe ɗanɗano ƙaƙa Ƴar’adua",
    "Ewe": "Ŋutifafa Kɔdzo Ɖotsɛ Ʋɛnyo Agbɔ̃́ Ɛ̀ŋɔ",
    "Wolof": "Ñaxato Ŋoon Ndèye Coumba Mbóoj Njaay Sëriñ Tubaa",
    "Turkish": "İbrahim Çağatay Şükrü Öztürk Gülşah Iğdırlıoğlu",
    "Polish": "Żaneta Święcicka-Źrebięć Łucja Ńska Ćwierćiąkałowa",
    "Romanian": "Ștefania Țîrlea Brâncuși Ăndreea Înălțarea Ţuţea",
    "Icelandic": "Þórdís Ægisdóttir Guðmundsdóttir Ýrr Öxndal Árný",
    "Malagasy": "Andrianampoinimerinatompokoindrindra Rakotomalala-Razafindrakotohasina Ravalomanana",
    "Portuguese": "Conceição Assunção Magalhães São João d’Além-Mar Ñuñes Gonçalves",
    "Czech": "Kateřina Přemyslovna Žďárská-Říčařová Šťastná Ěva Ůna",
    "Fulfulde": "Ɓaɗɗo Ƴero Ŋwa Ɲaman Ɗemngal Ɓinngel",
}
LONGEST = (
    "Marie-Antoinette Bénédicte Éléonore Wilhelmine Rasolofonirina "
    "Andriamanantena Ramaroson Ouédraogo-Compaoré de la Fontaine"
)
LONG_TITLE = (
    "Inscription et identification des électrices et des électeurs dans les circonscriptions rurales,"
    " dans les camps de personnes déplacées et à l’étranger"
)
LONG_SIGNATORIES = (
    *SIGNATORIES,
    Signatory(
        "Maître Jean-Baptiste Rakotomalala-Razafindrakotohasina II",
        "Secrétaire général par intérim de la commission de démonstration, chargé de la formation continue",
    ),
)
FULLEST: dict[str, Any] = {
    "holder": LONGEST,
    "module_title": LONG_TITLE,
    "programme_title": "Maîtrise en politique et administration électorales, programme commun de démonstration",
    "institution": "Commission électorale nationale indépendante, direction de la Région du Fleuve et des Îles",
    "signatories": LONG_SIGNATORIES,
    "logos": LOGOS * 2,
    "replaces": "SC-2026-00000017",
    "qr_content": "https://formation.example.org/verify/ABCD-EFGH-JKMN-PQRS#" + "A1B2C3D4" * 90,
    "specimen": True,
}


@pytest.fixture(autouse=True)
def app_context(app: Flask) -> Iterator[None]:
    """The product's own languages and translations."""
    with app.app_context():
        yield


@cache
def render(certificate: Certificate) -> bytes:
    return render_certificate(certificate)


def read(certificate: Certificate) -> Any:
    """Return the document; untyped, since anything may lie in a PDF's dictionaries."""
    return PdfReader(BytesIO(render(certificate)))


def words_of(certificate: Certificate) -> str:
    """Return the text with one blank between words, and none where a long word was broken at a hyphen."""
    [page] = read(certificate).pages
    return " ".join(page.extract_text().split())


def run(program: str, *arguments: str, certificate: Certificate, folder: Path) -> str:
    """Return what a program of poppler's says of the certificate; without it, the test is skipped."""
    if shutil.which(program) is None:
        pytest.skip(f"no {program} on the PATH; `make test` says how to get it")
    file = folder / "certificate.pdf"
    file.write_bytes(render(certificate))
    done = subprocess.run(
        [program, *arguments, str(file), *(["-"] if program == "pdftotext" else [])],
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done.stdout


def fullest(certificate: Certificate, language: str) -> Certificate:
    changes = dict(FULLEST)
    if certificate.kind is CredentialKind.ACCREDITATION:
        changes["level"] = (
            "Formatrice principale de deuxième niveau, habilitée à former des formateurs"
        )
        changes["module_title"] = ""
    return replace(certificate, language=language, **changes)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_each_kind_is_one_page_in_each_language_with_all_that_it_says(certificate, language):
    text = words_of(replace(certificate, language=language))

    for words in (
        certificate.holder, certificate.institution, certificate.programme_title, certificate.issuer,
        certificate.module_title, certificate.level or "", certificate.number, certificate.code,
        *(signatory.name for signatory in certificate.signatories),
        *(signatory.title for signatory in certificate.signatories),
    ):  # fmt: skip
        assert words in text
    assert ("16 août 2029" if language == "fr" else "16 August 2029") in text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_the_longest_of_everything_is_one_page_with_nothing_cut(certificate, language):
    certificate = fullest(certificate, language)

    text = words_of(certificate)

    for words in (
        LONGEST, certificate.module_title, certificate.programme_title, certificate.institution,
        certificate.level or "", "SC-2026-00000017",
        *(signatory.name for signatory in LONG_SIGNATORIES),
        *(signatory.title for signatory in LONG_SIGNATORIES),
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
@pytest.mark.parametrize("script", NAMES)
def test_names_of_many_languages_are_printed_as_they_are_written(script, certificate):
    name = NAMES[script]

    assert unicodedata.normalize("NFC", name) in words_of(replace(certificate, holder=name))


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
@pytest.mark.parametrize("holder", [LONGEST, LONGEST.upper()])
def test_a_name_of_120_characters_has_room_on_every_paper(certificate, holder):
    assert len(holder) >= 120
    assert holder in words_of(replace(certificate, holder=holder))


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
@pytest.mark.parametrize(
    "holder", ["فاطمة الزهراء", "ნინო ბერიძე", "ገብረ መስቀል", "Нина Петрова", "ⵜⵉⵏⵀⵉⵏⴰⵏ", "王小明"]
)
def test_other_scripts_are_refused_with_what_to_do(certificate, holder):
    with pytest.raises(MissingGlyph) as refusal:
        render_certificate(replace(certificate, holder=holder))

    assert f"U+{ord(holder[0]):04X}" in str(refusal.value)
    assert "Write the name in Latin letters, as the passport does." in str(refusal.value)


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_a_text_for_which_there_is_no_room_at_all_is_refused(certificate):
    crowd = tuple(Signatory("Ada", "Commissaire " * 40) for _n in range(3))

    with pytest.raises(CertificateDoesNotFit) as refusal:
        render_certificate(replace(certificate, signatories=crowd))

    assert "Commissaire" in str(refusal.value)


def test_participation_says_in_plain_words_that_nothing_was_assessed():
    text = words_of(replace(PARTICIPATION, language="en"))

    assert "Certificate of participation" in text
    assert "Everything was attended and read. Nothing was assessed." in text
    assert "Score" not in text
    assert "completing" not in text


def test_completion_and_participation_differ_in_more_than_their_words():
    completion, participation, accreditation = (
        render(replace(one, language="en", signatories=(), logos=())) for one in OF_EACH_KIND
    )

    drawn = [
        set(PdfReader(BytesIO(file)).pages[0].get_contents().get_data().splitlines())
        for file in (completion, participation, accreditation)
    ]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert len(drawn[one] & drawn[other]) < 0.5 * min(len(drawn[one]), len(drawn[other]))


def test_an_accreditation_says_its_level_and_until_when():
    text = words_of(replace(ACCREDITATION, language="en"))

    for words in ("Trainer accreditation", "who is accredited as", ACCREDITATION.level, "40 hours"):
        assert words in text
    assert "Valid until 16 August 2029" in text


def test_a_certificate_that_replaces_another_says_so_and_others_do_not():
    english = replace(COMPLETION, language="en")

    assert "Replaces SC-2026-00000007" in words_of(replace(english, replaces="SC-2026-00000007"))
    assert "Replaces" not in words_of(english)


def test_a_certificate_for_good_has_no_last_day():
    assert "Valid until" not in words_of(replace(COMPLETION, language="en", expires_on=None))


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_a_screen_reader_hears_every_paper_in_the_order_of_its_sense(certificate, tmp_path):
    certificate = replace(certificate, language="en", expires_on=date(2029, 8, 16))
    heard = run("pdfinfo", "-struct-text", certificate=certificate, folder=tmp_path)

    texts = " ".join(re.findall(r'"(.*)"', heard)).replace("  ", " ")
    order = [
        certificate.issuer, "ertificate" if certificate.level is None else "accreditation",
        certificate.holder, certificate.institution, certificate.level or certificate.module_title,
        certificate.programme_title, "Duration", "Valid until", SIGNATORIES[0].name,
        SIGNATORIES[0].title, SIGNATORIES[1].name, "Verification", "https://", "Number",
    ]  # fmt: skip
    places = [texts.index(words) for words in order]
    assert places == sorted(places)


@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_logos_and_the_qr_code_are_figures_with_words_for_them(certificate):
    reader = read(certificate)
    kids = [kid.get_object() for kid in reader.trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]]
    figures = [kid for kid in kids if kid["/S"] == "/Figure"]

    assert [figure["/Alt"] for figure in figures[:3]] == [logo.alt for logo in LOGOS]
    assert certificate.verify_url in figures[3]["/Alt"]
    for figure in figures:
        left, bottom, right, top = (float(corner) for corner in figure["/A"]["/BBox"])
        assert 0 < left < right < 842
        assert 0 < bottom < top < 596


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("certificate", OF_EACH_KIND, ids=lambda one: one.kind)
def test_poppler_finds_one_tagged_page_with_its_title_and_embedded_fonts(
    certificate, language, tmp_path
):
    certificate = replace(certificate, language=language)

    facts = run("pdfinfo", certificate=certificate, folder=tmp_path)
    fonts = run("pdffonts", certificate=certificate, folder=tmp_path).splitlines()[2:]
    text = run("pdftotext", "-enc", "UTF-8", certificate=certificate, folder=tmp_path)

    assert re.search(r"Pages: +1\n", facts)
    assert re.search(r"Tagged: +yes", facts)
    assert re.search(rf"Title: .*{certificate.level or certificate.module_title}", facts)
    assert read(certificate).trailer["/Root"]["/Lang"] == language
    assert len(fonts) >= 3
    # The columns: emb, sub, uni.
    assert all(re.search(r" yes +(yes|no) +yes +\d+ +\d+$", line) for line in fonts), fonts
    assert certificate.holder in " ".join(text.split())


def draw_png(width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "#204080").save(file, "PNG")
    return file.getvalue()


def test_a_png_logo_is_one_image_in_the_file_however_often_it_is_shown():
    logo = Logo(draw_png(300, 150), "image/png", "Un rectangle")

    page = read(replace(COMPLETION, logos=(logo, logo))).pages[0]

    assert len(page["/Resources"]["/XObject"]) == 1
    [image] = page.images
    assert image.image.size == (300, 150)
    assert image.image.convert("RGB").getpixel((5, 5)) == (0x20, 0x40, 0x80)


@pytest.mark.parametrize("align", ["left", "center"])
def test_logos_of_any_shape_weigh_the_same_and_stay_in_their_row(align):
    row = Box(50, 60, 420, 32)
    shapes = [(300, 150), (150, 150), (200, 160), (600, 150), (150, 200), (360, 300)]
    logos = [Logo(draw_png(*shape), "image/png", "") for shape in shapes]

    boxes = [box for _logo, _picture, box in place_logos(logos, row, align)]

    for box, (width, height) in zip(boxes, shapes, strict=True):
        assert box.width / box.height == pytest.approx(width / height)
        assert row.x - 0.01 <= box.x < box.right <= row.right + 0.01
        assert row.y - 0.01 <= box.y < box.top <= row.top + 0.01
    for left, right in pairwise(boxes):
        assert right.x - left.right > 10
    areas = [box.width * box.height for box in boxes]
    assert max(areas) < 2 * min(areas)


def test_a_participation_with_a_score_or_an_accreditation_without_a_level_cannot_be():
    with pytest.raises(ValueError, match="not assessed"):
        replace(COMPLETION, kind=CredentialKind.PARTICIPATION)
    with pytest.raises(ValueError, match="has a level"):
        replace(ACCREDITATION, level=None)
    with pytest.raises(ValueError, match="has a level"):
        replace(COMPLETION, level="Formateur")
    with pytest.raises(ValueError, match="three signatories"):
        replace(COMPLETION, signatories=SIGNATORIES * 2)
    with pytest.raises(ValueError, match="six logos"):
        replace(COMPLETION, logos=LOGOS * 3)
