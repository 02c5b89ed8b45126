"""Grading an attempt, and carrying the score of its quiz into the learner's progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from lms import learning
from lms.core.db import to_score
from lms.quizzes import queries
from lms.quizzes.domain import (
    Cause,
    When,
    combine_scores,
    is_passed,
    judge_review,
    score_of,
)
from lms.quizzes.models import Grade


def mark_slots(
    session: Session,
    attempt_id: int,
    newer: Mapping[int, queries.SlotQuestion] | None = None,
) -> dict[int, Fraction | None]:
    """Return the mark of each slot: a person's, where one was given, or else that of the question's key.

    `newer` holds questions by slot whose key is used instead of the drawn one's.
    """
    answers = queries.list_current_answers(session, attempt_id)
    given = queries.list_given_marks(session, attempt_id)
    slots = queries.list_questions(session, attempt_id)
    return {
        slot.number: given[slot.number]
        if slot.number in given
        else (newer or {}).get(slot.number, slot).grade(answers.get(slot.number))
        for slot in slots
    }


def add_grade(
    session: Session,
    locked: queries.LockedAttempt,
    marks: Mapping[int, Fraction | None],
    *,
    cause: Cause,
    now: datetime,
    versions: Mapping[int, int] | None = None,
) -> Grade:
    """Add a grade to a closed attempt, and record the quiz's score with learning, unless a mark is still missing.

    The caller holds the attempt's lock. `versions` says by slot which newer version's key was used.
    """
    score = score_of(marks)
    rules = locked.rules
    grade = Grade(
        attempt_id=locked.row.id,
        score=None if score is None else to_score(score),
        passed=None if score is None else is_passed(score, Fraction(rules.pass_mark)),
        marks={str(number): None if mark is None else str(mark) for number, mark in marks.items()},
        versions={str(number): version for number, version in (versions or {}).items()},
        cause=cause,
        graded_at=now,
    )
    session.add(grade)
    session.flush()
    if score is not None:
        record_quiz_score(session, locked, now=now)
    return grade


def record_quiz_score(session: Session, locked: queries.LockedAttempt, *, now: datetime) -> None:
    """Give learning the score that all attempts make together, by the quiz's method."""
    attempt, rules = locked.row, locked.rules
    scores = queries.list_counting_scores(session, attempt.enrolment_id, attempt.activity_key)
    score = combine_scores(scores, rules.method)
    if score is None:
        return
    learning.record_result(
        session,
        attempt.enrolment_id,
        attempt.activity_key,
        passed=is_passed(score, Fraction(rules.pass_mark)),
        score=score,
        is_score_hidden=not _shows_score(session, locked, now=now),
        now=now,
    )


def _shows_score(session: Session, locked: queries.LockedAttempt, *, now: datetime) -> bool:
    rules = locked.rules
    is_finished = False
    if rules.review.score is When.FINISHED:
        lines, chances = queries.list_attempts(
            session, locked.row.enrolment_id, locked.row.activity_key, rules=rules, now=now
        )
        is_finished = any(line.passed for line in lines) or chances.are_over(rules)
    is_closed = queries.has_ended(rules, now)
    return judge_review(rules.review, is_finished=is_finished, is_closed=is_closed).score
