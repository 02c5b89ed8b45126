"""Lists of people as files: CSV and XLSX read into lines, and the empty list to fill in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lms.accounts.domain import (
    FRENCH_HEADINGS,
    Column,
    PersonLine,
    match_headings,
    read_person_line,
)
from lms.accounts.errors import NoNameColumn
from lms.core import spreadsheets

MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The lines of a file, and the headings that mean nothing here."""

    lines: tuple[PersonLine, ...]
    unknown_headings: tuple[str, ...]


def read_people_list(content: bytes, *, today: date) -> PeopleList:
    """Return what a file says; raises `NoNameColumn` and what `spreadsheets.read_table` refuses."""
    table = spreadsheets.read_table(content, most=MOST_LINES)
    columns, unknown = match_headings(table.headings)
    if not {Column.GIVEN_NAMES, Column.FAMILY_NAMES} & set(columns.values()):
        raise NoNameColumn
    lines = []
    for row in table.rows:
        values: dict[Column, str] = {}
        for heading, column in columns.items():
            # Where two headings mean one column, the first that is filled counts.
            values[column] = values.get(column) or row.values[heading]
        lines.append(read_person_line(row.line, values, today=today))
    return PeopleList(tuple(lines), unknown)


def write_template(language: str, kind: str) -> bytes:
    """Return a list with headings alone, in French or in English, as `csv` or `xlsx`."""
    headings = list(FRENCH_HEADINGS) if language == "fr" else [one.value for one in Column]
    if kind == "xlsx":
        return spreadsheets.write_xlsx("people", headings, [])
    return spreadsheets.write_csv(headings, [])
