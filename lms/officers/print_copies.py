"""Certificates merged to be printed: each page says in its margin that it is an unsigned copy, and where to check.

pypdf holds all that it merges in memory, so it reads and copies one document at a time here, and what it copied is
written out before the next. It is heavy, so it is loaded where it is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from pypdf import PageObject, PdfWriter
    from pypdf.generic import DictionaryObject, PdfObject

FONT, NOTE_SIZE = "/ScrutinNote", 7.0
# Above the foot of the page, in points: within the margin, and where printers still print.
NOTE_HEIGHT = 10.0
PADDING = 3.0
# A signature does not outlive a merge, nor a link paper; structure belongs to the file that it came from.
LEFT_OUT = ("/Annots", "/StructParents", "/Tabs", "/AA", "/B", "/Metadata", "/PieceInfo")
# The font's own letters (WinAnsi); spaces that it lacks are set as those it has.
SPACES = {0x202F: "\u00a0", 0x2009: " "}
# The objects that every merged file begins its numbers with.
CATALOG, PAGES, INFO, FIRST_FREE = 1, 2, 3, 4


def count_pages(content: bytes) -> int:
    """Return how many pages a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(BytesIO(content)).pages)


def merge(file: BinaryIO, title: str, documents: Iterable[tuple[bytes, str]]) -> int:
    """Write the pages of all documents to `file`, each with its document's note, and return how many there are.

    A note holds letters of Western Europe alone. Signatures, form fields and links stay behind.
    """
    from pypdf import PdfReader

    merged = MergedFile(file)
    for content, note in documents:
        for page in PdfReader(BytesIO(content)).pages:
            merged.add_page(page, note)
    return merged.finish(title)


class MergedFile:
    """A PDF that grows page by page; of what was written it keeps but the places."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: dict[int, int] = {}
        self._pages: list[int] = []
        # The second line tells programs that carry files about that this is no text.
        file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def add_page(self, page: PageObject, note: str) -> None:
        """Write a copy of the page, with its note, and all that it refers to."""
        from pypdf import PdfWriter
        from pypdf.generic import NameObject

        part = PdfWriter()
        copy = part.add_page(page, excluded_keys=LEFT_OUT)
        _add_note(part, copy, note)
        reference = copy.indirect_reference
        assert reference is not None
        before = FIRST_FREE + len(self._places) - 1
        # The part's own list of pages leads nowhere here.
        del copy["/Parent"]
        reached = _find_reached(copy, part)
        numbers = {id: before + at for at, id in enumerate([reference.idnum, *reached], start=1)}
        for id, number in numbers.items():
            found = part.get_object(id)
            assert found is not None
            _renumber(found, numbers)
            if number == before + 1:
                copy[NameObject("/Parent")] = _refer(PAGES)
            self._write(number, found)
        self._pages.append(before + 1)

    def finish(self, title: str) -> int:
        """Write what makes it a file, and return how many pages it has."""
        from pypdf.generic import (
            ArrayObject,
            DictionaryObject,
            NameObject,
            NumberObject,
            create_string_object,
        )

        size = FIRST_FREE + len(self._places)
        kids = ArrayObject([_refer(number) for number in self._pages])
        self._write(
            CATALOG,
            DictionaryObject(
                {NameObject("/Type"): NameObject("/Catalog"), NameObject("/Pages"): _refer(PAGES)}
            ),
        )
        self._write(
            PAGES,
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Pages"),
                    NameObject("/Kids"): kids,
                    NameObject("/Count"): NumberObject(len(kids)),
                }
            ),
        )
        self._write(
            INFO,
            DictionaryObject(
                {
                    NameObject("/Title"): create_string_object(title),
                    NameObject("/Producer"): create_string_object("Scrutin"),
                }
            ),
        )
        at = self._file.tell()
        places = [f"{self._places[number]:010} 00000 n \n" for number in range(1, size)]
        table = f"xref\n0 {size}\n0000000000 65535 f \n{''.join(places)}"
        end = f"trailer\n<< /Size {size} /Root {CATALOG} 0 R /Info {INFO} 0 R >>\nstartxref\n{at}\n%%EOF\n"
        self._file.write((table + end).encode())
        return len(self._pages)

    def _write(self, number: int, written: PdfObject) -> None:
        self._places[number] = self._file.tell()
        self._file.write(f"{number} 0 obj\n".encode())
        written.write_to_stream(self._file)
        self._file.write(b"\nendobj\n")


def _refer(number: int) -> PdfObject:
    from pypdf.generic import IndirectObject

    return IndirectObject(number, 0, None)


def _parts_of(value: Any) -> list[tuple[Any, Any]]:
    """Return what a dictionary or an array holds, references as they are, each with its key or place."""
    from pypdf.generic import ArrayObject, DictionaryObject

    if isinstance(value, DictionaryObject):
        return [(key, value.raw_get(key)) for key in value]
    if isinstance(value, ArrayObject):
        return [(at, list.__getitem__(value, at)) for at in range(len(value))]
    return []


def _find_reached(start: Any, part: PdfWriter) -> list[int]:
    """Return the numbers of all objects that `start` leads to, itself left out, each once."""
    from pypdf.generic import IndirectObject

    own = start.indirect_reference.idnum
    seen: dict[int, None] = {}
    waiting = [start]
    while waiting:
        for _key, held in _parts_of(waiting.pop()):
            if not isinstance(held, IndirectObject):
                waiting.append(held)
            elif held.idnum != own and held.idnum not in seen:
                seen[held.idnum] = None
                waiting.append(part.get_object(held.idnum))
    return list(seen)


def _renumber(value: Any, numbers: dict[int, int]) -> None:
    """Let every reference below name the number that its object has in the merged file."""
    from pypdf.generic import DictionaryObject, IndirectObject

    for key, held in _parts_of(value):
        if not isinstance(held, IndirectObject):
            _renumber(held, numbers)
        elif isinstance(value, DictionaryObject):
            dict.__setitem__(value, key, _refer(numbers[held.idnum]))
        else:
            list.__setitem__(value, key, _refer(numbers[held.idnum]))


def _add_note(writer: PdfWriter, page: PageObject, note: str) -> None:
    """Set the note over the page, white below it, in a state of its own whatever the page left behind."""
    from pypdf.generic import ArrayObject, NameObject, StreamObject
    from reportlab.pdfbase.pdfmetrics import stringWidth

    _add_font(writer, page)
    text = note.translate(SPACES)
    width = stringWidth(text, "Helvetica", NOTE_SIZE)
    box = page.mediabox
    x = float(box.left) + (float(box.width) - width) / 2
    y = float(box.bottom) + NOTE_HEIGHT
    encoded = text.encode("cp1252", errors="replace").hex()
    ground = (
        f"{x - PADDING:.2f} {y - PADDING:.2f} {width + 2 * PADDING:.2f} {NOTE_SIZE + PADDING:.2f}"
    )
    before, after = StreamObject(), StreamObject()
    before.set_data(b"q\n")
    after.set_data(
        (
            f"\nQ q 1 g {ground} re f"
            f" 0 g BT {FONT} {NOTE_SIZE} Tf {x:.2f} {y:.2f} Td <{encoded}> Tj ET Q\n"
        ).encode()
    )
    old = page.get("/Contents")
    found = old.get_object() if old is not None else None
    middle = [held for _at, held in _parts_of(found)] if isinstance(found, ArrayObject) else []
    if found is not None and not middle:
        middle = [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *middle, writer._add_object(after)]
    )


def _add_font(writer: PdfWriter, page: PageObject) -> None:
    """Give the page the note's font, in resources of its own."""
    from pypdf.generic import DictionaryObject, NameObject

    resources = _copy(page.get("/Resources"))
    fonts = _copy(resources.get("/Font"))
    fonts[NameObject(FONT)] = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    )
    resources[NameObject("/Font")] = fonts
    page[NameObject("/Resources")] = resources


def _copy(found: PdfObject | None) -> DictionaryObject:
    from pypdf.generic import DictionaryObject

    copy = DictionaryObject()
    for key, held in _parts_of(found.get_object() if found is not None else None):
        copy[key] = held
    return copy
