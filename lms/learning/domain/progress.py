"""When an activity is open, how far an enrolment is, and when it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

# Raised when the meaning of "complete" changes; a credential remembers it.
COMPLETION_RULES_VERSION = 1


class ActivityState(StrEnum):
    """Where a learner stands in one activity. What failed may still be tried again."""

    LOCKED = "locked"
    OPEN = "open"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What completion needs to know of an activity."""

    key: str
    is_required: bool
    after: Sequence[str] = ()
    # The learner says that it is done, or was seen to be there.
    is_self_declared: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of the required activities are done."""

    done: int
    required: int

    @property
    def progress(self) -> Fraction:
        """The share that is done; 1 where nothing is required."""
        return Fraction(self.done, self.required) if self.required else Fraction(1)

    @property
    def is_complete(self) -> bool:
        """Whether everything required is done; a module that requires nothing cannot be completed."""
        return self.required > 0 and self.done == self.required


def judge_progress(outline: Iterable[Requirement], done: Iterable[str]) -> Standing:
    """Count the required activities of the current version, and those of them in `done`."""
    required = {activity.key for activity in outline if activity.is_required}
    return Standing(len(required & set(done)), len(required))


def module_score(scores: Iterable[Decimal]) -> Decimal | None:
    """Return the mean of the required activities' scores; None where none is marked."""
    marked = list(scores)
    return sum(marked, Decimal(0)) / len(marked) if marked else None


def find_locks(activity: Requirement, states: Mapping[str, ActivityState]) -> list[str]:
    """Return the keys that must be done before `activity` opens, in the order of its `after`."""
    return [key for key in activity.after if states.get(key) is not ActivityState.DONE]


def judge_state(activity: Requirement, recorded: Mapping[str, ActivityState]) -> ActivityState:
    """Return the activity's state; what was once recorded is never locked again."""
    if activity.key in recorded:
        return recorded[activity.key]
    return ActivityState.LOCKED if find_locks(activity, recorded) else ActivityState.OPEN


def judge_shown_state(recorded: ActivityState, *, is_hidden: bool) -> ActivityState:
    """Return the state that a learner sees: what failed looks open while the score is hidden.

    What is done shows, since it opens what comes after.
    """
    return ActivityState.OPEN if is_hidden and recorded is ActivityState.FAILED else recorded
