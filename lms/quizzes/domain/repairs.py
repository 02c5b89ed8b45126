"""What trainers may do for learners, and what makes a grade."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from lms.core.i18n import N_, Message

LONGEST_REASON = 500
MOST_MINUTES = 7 * 24 * 60
MOST_EXTRA_PERCENT = 400
# Two decimals of a percentage; thirds and the like are exact, too.
LARGEST_DENOMINATOR = 10_000

# The client of the answers with which a reopened attempt begins.
REOPENED = "reopened"


class RepairKind(StrEnum):
    """What a trainer did."""

    # One more attempt than the quiz allows.
    GRANT = "grant"
    # A new attempt with the questions and answers of a closed one.
    REOPEN = "reopen"
    # A late answer counts.
    ACCEPT = "accept"
    # A later deadline.
    EXTEND = "extend"
    # A person's mark for an answer.
    MARK = "mark"


class Cause(StrEnum):
    """Why an attempt was graded."""

    CLOSING = "closing"
    REPAIR = "repair"
    REGRADE = "regrade"


def find_problem_with_reason(reason: str) -> Message | None:
    """Return what is wrong with a reason: whoever reads the record later must learn something from it."""
    if not reason.strip():
        return Message(N_("Say why. The reason stays in the record."))
    if len(reason) > LONGEST_REASON:
        text = N_("A reason has at most %(most)s characters; this one has %(count)s.")
        return Message(text, {"most": LONGEST_REASON, "count": len(reason)})
    return None


def find_problem_with_mark(mark: Fraction) -> Message | None:
    """Return what is wrong with a person's mark for an answer, between 0 and 1."""
    if not 0 <= mark <= 1:
        return Message(N_("A mark lies between 0 and 100 percent."))
    if mark.denominator > LARGEST_DENOMINATOR:
        return Message(N_("A mark in percent has at most two decimals."))
    return None


def find_problem_with_minutes(minutes: int) -> Message | None:
    """Return what is wrong with the minutes by which a deadline moves."""
    if 1 <= minutes <= MOST_MINUTES:
        return None
    return Message(N_("Give between 1 and %(most)s minutes."), {"most": MOST_MINUTES})


def find_problem_with_percent(percent: int) -> Message | None:
    """Return what is wrong with extra time in percent; 0 takes an earlier one back."""
    if 0 <= percent <= MOST_EXTRA_PERCENT:
        return None
    return Message(N_("Give between 0 and %(most)s percent."), {"most": MOST_EXTRA_PERCENT})
