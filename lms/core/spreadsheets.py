"""Tables that people make in spreadsheets: CSV however a spreadsheet wrote it, and XLSX; read and written as text."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_

MOST_ROWS = 10_000
LONGEST_CELL = 1_000
# What an XLSX file may unpack to; a small file can hold gigabytes of nothing.
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
XLSX_MAGIC = b"PK\x03\x04"
DELIMITERS = ",;\t"
# A spreadsheet would run these as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class UnreadableTable(Invalid):
    """Neither a CSV nor an XLSX file."""

    text = N_(
        "This file can be read neither as CSV nor as XLSX. Save it as CSV (UTF-8) and try again."
    )


class EmptyTable(Invalid):
    """There is no row below the headings."""

    text = N_("This file has no row below its headings.")


class TooManyRows(Invalid):
    """More than is read at once."""

    text = N_("This file has more than %(most)s rows. Divide it, and send the parts one by one.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its headings; `line` is that of the file, where the headings are line 1."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that hold anything. Headings are trimmed, case-folded, and have _ for spaces and hyphens."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes, *, most: int = MOST_ROWS) -> Table:
    """Return the rows of a CSV file (UTF-8 with or without a BOM, UTF-16, Windows-1252; , ; or tab) or an XLSX one.

    Cells are trimmed; what is missing at the end of a row is "". Raises `UnreadableTable`, `EmptyTable` or
    `TooManyRows`.
    """
    lines = _read_xlsx(content, most) if content.startswith(XLSX_MAGIC) else _read_csv(content)
    filled = [(line, cells) for line, cells in lines if any(cells)]
    if len(filled) < 2:
        raise EmptyTable
    if len(filled) - 1 > most:
        raise TooManyRows(most=most)
    headings = tuple(_fold_heading(cell) for cell in filled[0][1])
    return Table(
        headings,
        tuple(
            Row(line, dict(zip(headings, [*cells, *[""] * len(headings)], strict=False)))
            for line, cells in filled[1:]
        ),
    )


def _fold_heading(text: str) -> str:
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _read_csv(content: bytes) -> list[tuple[int, list[str]]]:
    text = _decode(content)
    if "\x00" in text:
        raise UnreadableTable
    head = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines = []
    try:
        before = 0
        for cells in reader:
            lines.append((before + 1, [cell.strip()[:LONGEST_CELL] for cell in cells]))
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableTable from error
    return lines


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte means something in it but five.
        return content.decode("cp1252", errors="replace")


def _read_xlsx(content: bytes, most: int) -> list[tuple[int, list[str]]]:
    # Heavy: only who reads such a file pays for it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise UnreadableTable
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        lines = []
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            lines.append((line, [_write_cell(cell) for cell in cells]))
            if len(lines) > most + 1_000:
                raise TooManyRows(most=most)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise UnreadableTable from error
    return lines


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time().isoformat() == "00:00:00"
            else value.isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:LONGEST_CELL]


def defuse(value: object) -> str:
    """Return a cell as text that no spreadsheet runs as a formula: what begins like one gets an apostrophe before it.

    Numbers stay numbers, negative ones too.
    """
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file as every spreadsheet opens it: UTF-8 with a BOM, commas, CRLF; cells `defuse`d."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an XLSX file of one sheet; text is kept as text, so that no cell is a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.append(list(headings))
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
