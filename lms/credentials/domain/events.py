"""What credentials tell the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamesErased:
    """The names on these credentials were erased: whatever else holds their files must let them go."""

    numbers: tuple[str, ...]
