"""How often a sign-in may fail: strict for one account, generous for one address.

Thirty trainees share one router, so an address may fail often before it has to wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
ACCOUNT_LIMIT = 8
ADDRESS_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Failures:
    """How many failures lie within the window, and when the oldest of them was."""

    count: int
    oldest_at: datetime | None


def seconds_to_wait(account: Failures, address: Failures, *, now: datetime) -> int:
    """Return for how long no further try is heard; 0 if one may be made now."""
    waits = [0]
    for failures, limit in ((account, ACCOUNT_LIMIT), (address, ADDRESS_LIMIT)):
        if failures.count >= limit and failures.oldest_at is not None:
            waits.append(int((failures.oldest_at + WINDOW - now).total_seconds()) + 1)
    return max(waits)
