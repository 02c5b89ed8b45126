"""What the pages of accounts send, read into values."""

from __future__ import annotations

from datetime import date

from werkzeug.datastructures import MultiDict

from lms.accounts.domain import read_day
from lms.accounts.errors import UnfitDays
from lms.core.i18n import N_, Message

LARGEST_ID = 2**31 - 1


def read_day_of(form: MultiDict[str, str], name: str, default: date) -> date:
    """Return the day in a field, or `default` where it is empty; raises `UnfitDays`."""
    text = form.get(name, "").strip()
    day = read_day(text) if text else default
    if day is None:
        raise UnfitDays(
            {name: Message(N_("“%(written)s” is no day: write it as 2026-03-31 or 31/03/2026."), {"written": text})}
        )  # fmt: skip
    return day


def read_id(form: MultiDict[str, str], name: str) -> int:
    """Return the id in a field; 0, which nothing has, for anything else."""
    text = form.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
    return number if number <= LARGEST_ID else 0
