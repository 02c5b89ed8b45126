"""For how long a holder may let others see all certificates by a link."""

from datetime import date, timedelta

DEFAULT_DAYS = 90
MOST_DAYS = 366
# Links at a time: one a purpose is plenty.
MOST_LINKS = 5


def is_fit_end(ends_on: date, *, today: date) -> bool:
    """Return whether a link made today may end on that day: not before today, and within a year."""
    return today <= ends_on <= today + timedelta(days=MOST_DAYS)
