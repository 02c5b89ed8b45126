"""Deadlines, by the server's clock alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto

from lms.quizzes.domain.settings import QuizRules


class Arrival(Enum):
    """How something that was sent stands to the deadline."""

    IN_TIME = auto()
    # Late, but it counts.
    IN_GRACE = auto()
    TOO_LATE = auto()


def find_deadline(
    rules: QuizRules, started_at: datetime, *, extra_percent: int = 0
) -> datetime | None:
    """Return when an attempt ends: the limit with its extra time, but no later than the quiz closes."""
    if rules.time_limit is None:
        return rules.closes_at
    limit = timedelta(minutes=rules.time_limit) * (100 + extra_percent) / 100
    ends_at = started_at + limit
    return ends_at if rules.closes_at is None else min(ends_at, rules.closes_at)


def judge_arrival(now: datetime, deadline: datetime | None, grace: int) -> Arrival:
    """Return whether what arrives now counts; the very moment of the deadline, or of the grace's end, still does."""
    if deadline is None or now <= deadline:
        return Arrival.IN_TIME
    return Arrival.IN_GRACE if now <= deadline + timedelta(seconds=grace) else Arrival.TOO_LATE


def find_next_start(
    rules: QuizRules, ended_at: datetime | None, deadline: datetime | None
) -> datetime | None:
    """Return from when the next attempt may begin after one that ended; None: at once.

    An attempt that time closed ended at its deadline, however late that was noticed.
    """
    if ended_at is None or not rules.delay:
        return None
    ended = ended_at if deadline is None else min(ended_at, deadline)
    return ended + timedelta(minutes=rules.delay)
