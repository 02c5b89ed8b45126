"""For how long a credential holds, and from when on it may be renewed."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

# How long before its last day a credential may be renewed.
MONTHS_TO_RENEW = 3
MONTHS_OF_YEAR = 12


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later (earlier: negative), or the last of a month that is too short."""
    years, month = divmod(day.year * MONTHS_OF_YEAR + day.month - 1 + months, MONTHS_OF_YEAR)
    last = monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def find_expiry(completed_on: date, valid_months: int | None) -> date | None:
    """Return the last day on which it holds; None: for good."""
    return None if valid_months is None else add_months(completed_on, valid_months)


def is_time_to_renew(expires_on: date | None, day: date) -> bool:
    """Return whether it may be renewed on that day: from three months before its last day on, and ever after."""
    return expires_on is not None and day >= add_months(expires_on, -MONTHS_TO_RENEW)
