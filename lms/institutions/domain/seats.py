"""Seats of a branch as a table writes them: `public-authority:4;party:2;civil-society:1`."""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST_SEATS = 1_000

# Whose seats the branches of many electoral bodies have. A file may name these before anybody has added them.
USUAL_MEMBER_TYPES: Mapping[str, Mapping[str, str]] = {
    "public-authority": {"fr": "Pouvoirs publics", "en": "Public authorities"},
    "party": {"fr": "Partis politiques", "en": "Political parties"},
    "civil-society": {"fr": "Société civile", "en": "Civil society"},
}


class SeatFault(ValueError):
    """A part that is no type and count; its text is the part."""


def read_seats(text: str) -> dict[str, int]:
    """Return how many seats each type of member has; raises `SeatFault` with the part that cannot be read."""
    seats: dict[str, int] = {}
    for part in re.split(r"[;,|\n]", text):
        if not (part := part.strip()):
            continue
        key, colon, count = (piece.strip() for piece in part.partition(":"))
        is_count = count.isascii() and count.isdecimal() and len(count) <= 4
        if not (key and colon and is_count and 1 <= int(count) <= MOST_SEATS) or key in seats:
            raise SeatFault(part)
        seats[key] = int(count)
    return seats


def write_seats(seats: Mapping[str, int]) -> str:
    """Return the seats as `read_seats` reads them."""
    return ";".join(f"{key}:{count}" for key, count in seats.items())
