"""Where somebody stands at an institution's desk, and whom a reader of the desk asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# Who did something on one of so many days, up to today, is active.
ACTIVE_FOR = timedelta(days=30)
# Who has something to finish and did nothing for longer is stuck.
STUCK_AFTER = timedelta(days=14)
# An enrolment is reminded of at most once in this time.
BETWEEN_REMINDERS = timedelta(days=7)
# How many people a page of the desk lists, and so how many can be chosen at once.
PEOPLE_A_PAGE = 50
LONGEST_SEARCH = 200


def active_since(today: date) -> date:
    """Return the first day of those on which an activity makes somebody active today."""
    return today - ACTIVE_FOR


class Standing(StrEnum):
    """What a list of people can be narrowed to. All but the first two may be true together."""

    NOT_ENROLLED = "not-enrolled"
    ENROLLED = "enrolled"
    ACTIVE = "active"
    STUCK = "stuck"
    COMPLETED = "completed"
    CERTIFIED = "certified"


class Sort(StrEnum):
    """In which order a list of people is."""

    NAME = "name"
    # The longest without activity first; who is not enrolled comes last.
    QUIET = "quiet"
    # The last activity first.
    RECENT = "recent"
    # The least progress first.
    PROGRESS = "progress"


class Phase(StrEnum):
    """The one word for where somebody stands."""

    NOT_ENROLLED = "not-enrolled"
    NOT_BEGUN = "not-begun"
    STUCK = "stuck"
    UNDER_WAY = "under-way"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class PeopleWanted:
    """Which people a reader asks for; what is empty or None asks for nothing."""

    branch_id: int | None = None
    # Slug; progress and certificates are then those of this module alone.
    module: str = ""
    standing: Standing | None = None
    name: str = ""
    # Those who were there, and are no longer.
    has_left: bool = False
    sort: Sort = Sort.NAME
    # From 1.
    page: int = 1


@dataclass(frozen=True, slots=True)
class Way:
    """What somebody's enrolments come to, of one module or of all; `progress` is between 0 and 1."""

    enrolled: int = 0
    completed: int = 0
    progress: Decimal = Decimal(0)
    last_active_at: datetime | None = None
    has_begun: bool = False
    is_stuck: bool = False

    @property
    def phase(self) -> Phase:
        """Return the one word for it: what is stuck is told before what goes on, and both before what is done."""
        if not self.enrolled:
            return Phase.NOT_ENROLLED
        if self.completed == self.enrolled:
            return Phase.COMPLETED
        if self.is_stuck:
            return Phase.STUCK
        return Phase.UNDER_WAY if self.has_begun else Phase.NOT_BEGUN


def may_remind_again(last_sent_at: datetime | None, now: datetime) -> bool:
    """Return whether enough time has passed since the last reminder of an enrolment."""
    return last_sent_at is None or now - last_sent_at >= BETWEEN_REMINDERS


def keep_topmost(paths: list[str]) -> list[str]:
    """Return those of the paths that lie below none of the others, each once, in their order."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return kept
