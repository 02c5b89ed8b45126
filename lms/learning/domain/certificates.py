"""What learning knows of certificates: the rule of participation, and what the room above tells of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from lms.learning.domain.progress import Requirement


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """What certificates came of one enrolment, as its page tells it."""

    # Number of the certificate of participation, if there is one.
    participation: str | None = None
    # The certificate of completion that may be renewed now, and the last day on which it holds.
    renewable: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """Everything was read and attended, in the version that is current; nothing that was assessed counts."""

    enrolment_id: int
    person_id: int
    version_id: int
    # The one that the enrolment names.
    institution_id: int | None
    # Of what was read and attended alone.
    minutes: int
    # When the last of it was.
    took_part_at: datetime


def list_attended(activities: Iterable[Requirement]) -> list[str]:
    """Return the keys that participation asks for: what is required, and done by saying so or by being there."""
    return [one.key for one in activities if one.is_required and one.is_self_declared]


def took_part(
    activities: Iterable[Requirement], done: Collection[str], *, is_complete: bool
) -> bool:
    """Return whether everything is read and attended, of which there is some, and the module is not complete."""
    asked = list_attended(activities)
    return bool(asked) and set(asked) <= set(done) and not is_complete
