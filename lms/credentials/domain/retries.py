"""When a document that could not be made is tried again."""

from __future__ import annotations

from datetime import timedelta

_FIRST_PAUSE = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(hours=12)


def pause_before_retry(tries: int) -> timedelta:
    """Return how long to wait after the last of so many tries was asked for: twice as long each time, to half a day."""
    # No power of two that a delta cannot hold.
    return min(_FIRST_PAUSE * (1 << min(max(tries, 1) - 1, 16)), _LONGEST_PAUSE)
