"""What the pages of an institution's desk send, read into values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from werkzeug.datastructures import MultiDict

from lms.accounts.domain import Column, PersonLine, read_day, read_person_line
from lms.core.errors import Invalid
from lms.core.i18n import N_, Message

LARGEST_ID = 2**31 - 1
MOST_IDS = 1_000
CHOICE = "choice-"


class UnfitForm(Invalid):
    """A field cannot be read; `fields` says which."""


def read_day_of(form: MultiDict[str, str], name: str) -> date | None:
    """Return the day in a field, or None where it is empty; raises `UnfitForm`."""
    text = form.get(name, "").strip()
    day = read_day(text)
    if text and day is None:
        says = N_("“%(written)s” is no day: write it as 2026-03-31 or 31/03/2026.")
        raise UnfitForm({name: Message(says, {"written": text})})
    return day


def read_id(text: str) -> int:
    """Return an id; 0, which nothing has, for anything else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    return number if number <= LARGEST_ID else 0


def read_ids(form: MultiDict[str, str], name: str) -> list[int]:
    """Return the different ids under a name, in their order."""
    ids = map(read_id, form.getlist(name)[:MOST_IDS])
    return list(dict.fromkeys(id for id in ids if id))


def read_choices(form: MultiDict[str, str]) -> dict[int, str]:
    """Return what was chosen for each line: `new`, or the key of the person or line that it is."""
    return {
        read_id(name.removeprefix(CHOICE)): value
        for name, value in form.items()
        if name.startswith(CHOICE)
    }


def read_person(form: MultiDict[str, str], *, today: date) -> PersonLine:
    """Return the one person of a form, as line 1 of a list."""
    values: Mapping[Column, str] = {one: form.get(one, "").strip()[:500] for one in Column}
    return read_person_line(1, values, today=today)
