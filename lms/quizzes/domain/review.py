"""What a learner may see of a closed attempt, and when."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class When(StrEnum):
    """From when something is shown; `finished`: from a pass, or from the last attempt that there is."""

    SUBMITTED = "submitted"
    FINISHED = "finished"
    CLOSED = "closed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """From when each thing is shown. Each waits for those before it too, so that none gives another away.

    `score` with the verdict; `marks`: which answers were right; `answers`: what would have been right; `feedback`.
    """

    score: When = When.SUBMITTED
    marks: When = When.SUBMITTED
    answers: When = When.SUBMITTED
    feedback: When = When.SUBMITTED

    @property
    def moments(self) -> tuple[When, ...]:
        """The moments, in the order of the fields."""
        return tuple(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, slots=True)
class Visible:
    """What may be seen."""

    score: bool
    marks: bool
    answers: bool
    feedback: bool


EVERYTHING = Visible(True, True, True, True)
NOTHING = Visible(False, False, False, False)


def judge_review(rules: ReviewRules, *, is_finished: bool, is_closed: bool) -> Visible:
    """Return what the learner sees of a submitted attempt.

    Feedback on an answer waits for its mark but not for the right answers: it then says nothing of options that were
    not chosen.
    """
    has_come = {
        When.SUBMITTED: True,
        When.FINISHED: is_finished,
        When.CLOSED: is_closed,
        When.NEVER: False,
    }
    score = has_come[rules.score]
    marks = score and has_come[rules.marks]
    return Visible(
        score, marks, marks and has_come[rules.answers], marks and has_come[rules.feedback]
    )
