"""What accounts tell the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameConfirmed:
    """A person said how the certificates are to read. Who hears it may refuse, which undoes it."""

    person_id: int
    printed_name: str
    # What was confirmed before, if anything was.
    previous: str | None


@dataclass(frozen=True, slots=True)
class MembershipConfirmed:
    """A claim was confirmed, or an invitation accepted: the person belongs to the institution now."""

    person_id: int
    institution_id: int
