"""Closing attempts: by their learners, or when their time is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.quizzes import queries
from lms.quizzes.commands.grading import add_grade, mark_slots
from lms.quizzes.commands.keeping import keep_saves
from lms.quizzes.domain import Cause, KeptSave, Save


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submission came to, as its learner may see it; `was_closed`: the attempt was closed before.

    Score and verdict are None while the review hides them, or a person has yet to mark an answer (`is_waiting`).
    """

    attempt_id: int
    score: Decimal | None
    passed: bool | None
    is_waiting: bool
    was_closed: bool
    receipts: list[KeptSave] = field(default_factory=list)


def submit_attempt(
    session: Session, actor: Actor, attempt_id: int, saves: Sequence[Save] = (), *, now: datetime
) -> Submission:
    """Keep the last saves, close the attempt, grade it, and carry the score into the learner's progress.

    The row stays locked until the caller's work ends, so two clicks on Submit grade once. A submission of a closed
    attempt, or after its time, returns what it has, and is no exception: its late saves must be kept.
    """
    locked = queries.lock_own_attempt(session, actor, attempt_id)
    close_if_overdue(session, locked, now=now)
    was_closed = locked.row.submitted_at is not None
    receipts = keep_saves(session, locked, saves, now=now)
    if not was_closed:
        close_attempt(session, locked, is_timed_out=False, now=now)
    head = queries.get_attempt(session, actor, attempt_id, language=locked.row.language, now=now)
    return Submission(attempt_id, head.score, head.passed, head.is_waiting, was_closed, receipts)


def close_attempt(
    session: Session, locked: queries.LockedAttempt, *, is_timed_out: bool, now: datetime
) -> None:
    """Close an open attempt and grade it; the caller holds its lock."""
    locked.row.submitted_at = now
    locked.row.is_timed_out = is_timed_out
    session.flush()
    marks = mark_slots(session, locked.row.id)
    add_grade(session, locked, marks, cause=Cause.CLOSING, now=now)


def close_if_overdue(session: Session, locked: queries.LockedAttempt, *, now: datetime) -> bool:
    """Close the attempt if its deadline and grace are over, and return whether that was so."""
    attempt = locked.row
    is_due = attempt.submitted_at is None and queries.is_overdue(
        attempt.deadline_at, locked.rules.grace, now
    )
    if is_due:
        close_attempt(session, locked, is_timed_out=True, now=now)
    return is_due


def close_overdue_attempt(session: Session, attempt_id: int, *, now: datetime) -> bool:
    """Close one attempt if its time is over, and return whether it is closed. It asks for no actor: time does it."""
    locked = queries.lock_attempt(session, attempt_id)
    close_if_overdue(session, locked, now=now)
    return locked.row.submitted_at is not None
