"""Certificates merged to be printed: each page says in its margin that it is an unsigned copy, and where to check.

pypdf is heavy, so it is loaded where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pypdf import PageObject, PdfWriter
    from pypdf.generic import DictionaryObject, IndirectObject

FONT, NOTE_SIZE = "/ScrutinNote", 7.0
# Above the foot of the page, in points: within the margin, and where printers still print.
NOTE_HEIGHT = 10.0
PADDING = 3.0
# A signature does not outlive a merge, nor a link paper; structure belongs to the file that it came from.
LEFT_OUT = ("/Annots", "/StructParents", "/Tabs", "/AA", "/B", "/Metadata", "/PieceInfo")
# The font's own letters (WinAnsi); spaces that it lacks are set as those it has.
SPACES = {0x202F: "\u00a0", 0x2009: " "}


def count_pages(content: bytes) -> int:
    """Return how many pages a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(content)).pages)


def merge(file: BinaryIO, title: str, documents: Iterable[tuple[bytes, str]]) -> int:
    """Write the pages of all documents to `file`, each with its document's note, and return how many there are.

    A note holds letters of Western Europe alone. Signatures, form fields and links stay behind.
    """
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.add_metadata({"/Title": title, "/Producer": "Scrutin"})
    font = _add_font(writer)
    for content, note in documents:
        for page in PdfReader(BytesIO(content)).pages:
            _add_note(writer, writer.add_page(page, excluded_keys=LEFT_OUT), font, note)
    writer.write(file)
    return len(writer.pages)


def _add_font(writer: PdfWriter) -> IndirectObject:
    from pypdf.generic import DictionaryObject, NameObject

    return writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )


def _add_note(writer: PdfWriter, page: PageObject, font: IndirectObject, note: str) -> None:
    """Set the note over the page, white below it, in a state of its own whatever the page left behind."""
    from pypdf.generic import ArrayObject, NameObject, StreamObject
    from reportlab.pdfbase.pdfmetrics import stringWidth

    _fonts_of(page)[NameObject(FONT)] = font
    text = note.translate(SPACES)
    width = stringWidth(text, "Helvetica", NOTE_SIZE)
    box = page.mediabox
    x = float(box.left) + (float(box.width) - width) / 2
    y = float(box.bottom) + NOTE_HEIGHT
    encoded = text.encode("cp1252", errors="replace").hex()
    before, after = StreamObject(), StreamObject()
    before.set_data(b"q\n")
    after.set_data(
        (
            f"\nQ q 1 g {x - PADDING:.2f} {y - PADDING:.2f} {width + 2 * PADDING:.2f} {NOTE_SIZE + PADDING:.2f} re f"
            f" 0 g BT {FONT} {NOTE_SIZE} Tf {x:.2f} {y:.2f} Td <{encoded}> Tj ET Q\n"
        ).encode()
    )
    old = page.get("/Contents")
    found = old.get_object() if old is not None else None
    middle = list(found) if isinstance(found, ArrayObject) else [old] if old is not None else []
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *middle, writer._add_object(after)]
    )


def _fonts_of(page: PageObject) -> DictionaryObject:
    """Return the page's own fonts, to which one may be added."""
    from pypdf.generic import DictionaryObject, NameObject

    resources = page.get("/Resources")
    own = DictionaryObject(resources.get_object() if resources is not None else {})
    fonts = own.get("/Font")
    own_fonts = DictionaryObject(fonts.get_object() if fonts is not None else {})
    own[NameObject("/Font")] = own_fonts
    page[NameObject("/Resources")] = own
    return own_fonts
