"""Certificates merged to be printed: whole, marked, and rid of what does not outlive a merge."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from sqlalchemy import select

from lms.core.storage import storage
from lms.credentials.models import Credential, Document
from lms.credentials.tasks import make_document
from lms.learning.commands import complete_activity
from lms.officers.print_copies import count_pages, merge
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule


def write_pdf(*texts, with_signature=False):
    """Return a PDF with a page for each text, which share one font; each page begins a state that it never ends."""
    writer = PdfWriter()
    font = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Courier"),
            }
        )
    )
    resources = writer._add_object(
        DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})})
    )
    for at, text in enumerate(texts):
        page = writer.add_blank_page(842, 595)
        streams = []
        for content in (b"1 0 0 1 50 50 cm 0.5 g", f"BT /F1 12 Tf ({text}) Tj ET".encode()):
            stream = StreamObject()
            stream.set_data(content)
            streams.append(writer._add_object(stream))
        page[NameObject("/Contents")] = ArrayObject(streams)
        page[NameObject("/Resources")] = resources
        page[NameObject("/StructParents")] = NumberObject(at)
        writer.add_annotation(at, Link(rect=(0, 0, 50, 50), url="http://localhost/x"))
    if with_signature:
        field = DictionaryObject(
            {
                NameObject("/FT"): NameObject("/Sig"),
                NameObject("/T"): TextStringObject("Signature"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/Type"): NameObject("/Annot"),
            }
        )
        reference = writer._add_object(field)
        annotations = writer.pages[0]["/Annots"]
        assert isinstance(annotations, ArrayObject)
        annotations.append(reference)
        writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
            {NameObject("/Fields"): ArrayObject([reference])}
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def merged(*documents, title="Copies à imprimer"):
    out = io.BytesIO()
    count = merge(out, title, documents)
    reader = PdfReader(out, strict=True)
    assert len(reader.pages) == count
    return reader


def test_every_page_of_every_document_is_there_with_its_note():
    reader = merged((write_pdf("one", "two"), "Note A"), (write_pdf("three"), "Note B"))

    assert [page.extract_text().split("\n") for page in reader.pages] == [
        ["one", "Note A"],
        ["two", "Note A"],
        ["three", "Note B"],
    ]
    assert reader.metadata.title == "Copies à imprimer"
    assert reader.pages[0].mediabox.width == 842


def test_neither_links_nor_fields_nor_signatures_nor_structure_are_left():
    reader = merged((write_pdf("one", with_signature=True), "Note"))

    assert set(reader.trailer["/Root"]) == {"/Type", "/Pages"}
    assert not {"/Annots", "/StructParents"} & set(reader.pages[0])
    whole = reader.stream.getvalue()
    assert b"/Sig" not in whole
    assert b"/Widget" not in whole


def test_the_note_stands_at_the_foot_whatever_state_the_page_left_behind():
    places = []

    def visit(text, transformation, text_matrix, _font, size):
        if "Note" in text:
            places.append((transformation[4:], text_matrix[5], size))

    merged((write_pdf("one"), "Note")).pages[0].extract_text(visitor_text=visit)
    ((moved, height, size),) = places
    assert (list(moved), height, size) == ([0, 0], 10, 7)


def test_accents_and_french_spaces_are_printed_and_other_letters_do_not_break_it():
    reader = merged((write_pdf("one"), "à l’écran\u202f: œuvre 漢"))
    assert reader.pages[0].extract_text().split("\n")[1] == "à l’écran\u00a0: œuvre ?"


def test_an_empty_page_is_marked_too():
    writer = PdfWriter()
    writer.add_blank_page(842, 595)
    out = io.BytesIO()
    writer.write(out)
    assert merged((out.getvalue(), "Note")).pages[0].extract_text() == "Note"


def test_nothing_to_merge_is_a_file_without_pages():
    out = io.BytesIO()
    assert merge(out, "None", []) == 0


def test_pages_are_counted():
    assert count_pages(write_pdf("one", "two")) == 2


def test_certificates_as_the_product_makes_them_are_merged_whole(app, session, make, tmp_path):
    make.modules(MadeModule(activities=(Listed("reading"),)))
    holder = make.person("Mariam Élise", "Ouattara-N’Dri", institution_id=make.institution())
    enrolment_id = make.enrolment(holder, "lists")
    complete_activity(session, holder, enrolment_id, "reading", now=NOW)
    session.commit()
    make_document(session.scalars(select(Credential.id)).one(), "fr")
    content = storage().read(session.scalars(select(Document.storage_key)).one())

    reader = merged((content, "Copie 1"), (content, "Copie 2"))

    before = PdfReader(io.BytesIO(content)).pages[0].extract_text().split()
    for at, page in enumerate(reader.pages, start=1):
        assert page.extract_text().split() == [*before, "Copie", str(at)]
    if shutil.which("pdffonts") is None:
        pytest.skip("no poppler")
    path = tmp_path / "merged.pdf"
    path.write_bytes(reader.stream.getvalue())
    for program in ("pdfinfo", "pdffonts", "pdfsig"):
        ran = subprocess.run([program, path], capture_output=True, text=True, check=False)
        assert "Error" not in ran.stderr, ran.stderr
    assert "does not contain any signatures" in ran.stdout
