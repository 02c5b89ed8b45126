"""Tables that people make in spreadsheets: CSV however a spreadsheet wrote it, and XLSX; read and written as text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_

MOST_ROWS = 10_000
# Beside these a table of ours has none; an XLSX file can claim 16,384 in each row.
MOST_COLUMNS = 100
LONGEST_CELL = 1_000
# What an XLSX file may unpack to; a small file can hold gigabytes of nothing.
MOST_UNPACKED_BYTES = 50 * 1024 * 1024
XLSX_MAGIC = b"PK\x03\x04"
DELIMITERS = ",;\t"
# A spreadsheet would run these as a formula; the wide ones are those of East Asian keyboards.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# What XML, and so XLSX, cannot hold.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# By this first line some spreadsheets are told the delimiter.
SEPARATOR_LINE = re.compile(r'"?sep=(?P<delimiter>[,;\t])"?', re.IGNORECASE)


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


class TooManyColumns(Invalid):
    """More than any table of ours has."""

    text = N_("Line %(line)s has more than %(most)s columns. Take away what does not belong here.")


class CellTooLong(Invalid):
    """Cut off, it would say something else."""

    text = N_("A cell in line %(line)s has more than %(most)s characters. Shorten it.")


class RepeatedHeading(Invalid):
    """One would hide the other."""

    text = N_("Two columns are called “%(heading)s”. Rename one of them or take it away.")


class FormulaWithoutResult(Invalid):
    """Only a spreadsheet can work it out."""

    text = N_(
        "Cell %(cell)s is a formula whose result is not in the file. Open the file in a spreadsheet and save it again, "
        "or replace its formulas by their values."
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its headings; `line` is that of the file, where the headings are line 1."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that hold anything. Headings are trimmed, case-folded, and have _ for spaces and hyphens.

    Columns without a heading are left out.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


# A line's number in the file, and its cells.
Line = tuple[int, list[str]]


def read_table(content: bytes, *, most: int = MOST_ROWS) -> Table:
    """Return the rows of a CSV file (UTF-8 with or without a BOM, UTF-16, Windows-1252; , ; or tab) or an XLSX one.

    Cells are trimmed, their characters composed, and what `defuse` put before them is taken off; what is missing at the
    end of a row is "". An XLSX file is read from its first sheet. Raises `UnreadableTable`, `EmptyTable`,
    `TooManyRows`, `TooManyColumns`, `CellTooLong`, `RepeatedHeading` or `FormulaWithoutResult`.
    """
    lines = _read_xlsx(content) if content.startswith(XLSX_MAGIC) else _read_csv(content)
    filled: list[Line] = []
    for line, cells in lines:
        if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
            raise TooManyColumns(line=line, most=MOST_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise CellTooLong(line=line, most=LONGEST_CELL)
        if any(cells):
            filled.append((line, cells))
        if len(filled) > most + 1:
            raise TooManyRows(most=most)
    if len(filled) < 2:
        raise EmptyTable
    headings = [_fold_heading(cell) for cell in filled[0][1]]
    for at, heading in enumerate(headings):
        if heading and heading in headings[:at]:
            raise RepeatedHeading(heading=heading)
    return Table(
        tuple(heading for heading in headings if heading),
        tuple(Row(line, _name_cells(headings, cells)) for line, cells in filled[1:]),
    )


def _name_cells(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    padded = [*cells, *[""] * len(headings)]
    return {heading: cell for heading, cell in zip(headings, padded, strict=False) if heading}


def _fold_heading(text: str) -> str:
    return "_".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _tidy(text: str) -> str:
    """Return a cell without the space around it and without the apostrophe that `defuse` writes."""
    is_defused = text.startswith("'") and _looks_like_formula(text)
    return unicodedata.normalize("NFC", text[is_defused:].strip())


def _read_csv(content: bytes) -> Iterator[Line]:
    text = _decode(content)
    if "\x00" in text:
        raise UnreadableTable
    first = next((line for line in text.splitlines() if line.strip()), "")
    announced = SEPARATOR_LINE.fullmatch(first.strip(" "))
    delimiter = announced["delimiter"] if announced else max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        before = 0
        for cells in reader:
            is_announcement = announced is not None and any(cells)
            if is_announcement:
                announced = None
            else:
                yield before + 1, [_tidy(cell) for cell in cells]
            before = reader.line_num
    except csv.Error as error:
        raise UnreadableTable from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Every byte means something in it but five.
        return content.decode("cp1252", errors="replace")


def _read_xlsx(content: bytes) -> Iterator[Line]:
    # Heavy: only who reads such a file pays for it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    unreadable = (
        InvalidFileException,
        SyntaxError,  # XML that is none
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        AttributeError,
        EOFError,
        IndexError,
        KeyError,
        NotImplementedError,
        OverflowError,
        RuntimeError,
        TypeError,
        ValueError,
        zlib.error,
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise UnreadableTable
        # Results of formulas, and the formulas, for those whose result nobody has stored.
        sheets = [
            _iterate(load_workbook(io.BytesIO(content), read_only=True, data_only=has_results))
            for has_results in (True, False)
        ]
        before = None
        for line, (results, formulas) in enumerate(zip(*sheets, strict=True), start=1):
            if results is before:
                continue  # One and the same stands for every row that the file leaves out, a million perhaps.
            before = results
            for result, formula in zip(results, formulas, strict=True):
                # A text of no characters is a result, too; what was never worked out has no type.
                if formula.data_type == "f" and result.value is None and result.data_type == "n":
                    raise FormulaWithoutResult(cell=formula.coordinate)
            yield line, [_tidy(_write_cell(cell.value)) for cell in results]
    except unreadable as error:
        raise UnreadableTable from error


def _iterate(book: Any) -> Any:
    """Return the rows of the first sheet, whatever the file claims of its size."""
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    return sheet.iter_rows(max_col=MOST_COLUMNS + 1)


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        is_day = value.time().isoformat() == "00:00:00"
        return value.date().isoformat() if is_day else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _looks_like_formula(text: str) -> bool:
    """Return whether `text`, but for apostrophes before it, begins as a formula does."""
    return text.lstrip("'").startswith(FORMULA_STARTS)


def defuse(value: object) -> str:
    """Return a cell as text that no spreadsheet runs as a formula: what begins like one gets an apostrophe before it.

    `read_table` takes it off again. What is no text stays as it is, negative numbers too.
    """
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if _looks_like_formula(value) else value


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file as every spreadsheet opens it: UTF-8 with a BOM, commas, CRLF; cells `defuse`d."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([defuse(heading) for heading in headings])
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def write_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an XLSX file of one sheet; text is kept as text, so that no cell is a formula. Moments are in UTC."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    for row in chain([headings], rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=_writable(value))
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return UNWRITABLE.sub("\ufffd", value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
