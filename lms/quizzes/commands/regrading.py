"""Grading again after a question was corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from lms.core.db import to_score
from lms.core.permissions import Actor
from lms.quizzes import queries
from lms.quizzes.commands.grading import add_grade
from lms.quizzes.domain import Cause, combine_scores, is_passed, list_counting, score_of
from lms.quizzes.errors import PreviewOutdated
from lms.quizzes.queries import ClosedAttempt, MarkChange, ScoreChange

Marks = Mapping[int, Fraction | None]


@dataclass(frozen=True, slots=True)
class _Regrade:
    """A closed attempt whose marks change, and what they become."""

    closed: ClosedAttempt
    marks: Marks
    change: ScoreChange


def list_score_changes(session: Session, actor: Actor, slug: str, key: str) -> list[ScoreChange]:
    """Return whose score would change by the questions' newest keys, and write nothing; nine queries.

    Raises `NoSuchModule` or `NotAQuiz`.
    """
    module = queries.get_regradable(session, actor, slug, key)
    return [regrade.change for regrade in _list_regrades(session, module.id, key)]


def regrade_quiz(
    session: Session,
    actor: Actor,
    slug: str,
    key: str,
    *,
    preview: str | None = None,
    now: datetime,
) -> list[ScoreChange]:
    """Add a grade by the newest keys to every closed attempt whose marks they change, and return the changes.

    Earlier grades stay. So does what was completed and certified: a change says so where the score no longer passes.
    What a person marked keeps that mark. `preview` is the hash of the changes that were shown. Raises `NoSuchModule`
    or `NotAQuiz`, or `PreviewOutdated` if the changes are others by now; then nothing is graded.
    """
    module = queries.get_regradable(session, actor, slug, key)
    # Whoever regrades at the same time waits here, and then finds nothing left to change.
    queries.lock_closed(session, module.id, key)
    regrades = _list_regrades(session, module.id, key)
    changes = [regrade.change for regrade in regrades]
    if preview is not None and preview != queries.hash_changes(changes):
        raise PreviewOutdated
    for regrade in regrades:
        add_grade(
            session,
            queries.lock_attempt(session, regrade.closed.attempt_id),
            regrade.marks,
            cause=Cause.REGRADE,
            now=now,
            versions=regrade.closed.versions,
        )
    return changes


def _list_regrades(session: Session, module_id: int, key: str) -> list[_Regrade]:
    closed = queries.list_closed(session, module_id, key)
    marks = {attempt.attempt_id: attempt.grade() for attempt in closed}
    by_enrolment: dict[int, list[ClosedAttempt]] = {}
    for attempt in closed:
        by_enrolment.setdefault(attempt.enrolment_id, []).append(attempt)
    return [
        _Regrade(attempt, after, _describe(attempt, by_enrolment[attempt.enrolment_id], marks))
        for attempt in closed
        if (after := marks[attempt.attempt_id]) != attempt.marks
    ]


def _describe(
    closed: ClosedAttempt, all_of_it: Sequence[ClosedAttempt], marks: Mapping[int, Marks]
) -> ScoreChange:
    after = marks[closed.attempt_id]
    score = score_of(after)
    return ScoreChange(
        closed.attempt_id,
        closed.number,
        closed.person_id,
        tuple(
            MarkChange(slot, closed.marks.get(slot), mark)
            for slot, mark in after.items()
            if closed.marks.get(slot) != mark
        ),
        closed.score,
        None if score is None else to_score(score),
        closed.passed,
        None if score is None else is_passed(score, closed.pass_mark),
        quiz_passed=_passes(closed, all_of_it, {one.attempt_id: one.marks for one in all_of_it}),
        quiz_passes=_passes(closed, all_of_it, marks),
        is_completed=closed.completed_at is not None,
    )


def _passes(
    closed: ClosedAttempt, all_of_it: Sequence[ClosedAttempt], marks: Mapping[int, Marks]
) -> bool:
    """Return whether the attempts of an enrolment, with these marks, make a score that passes."""
    counting = list_counting(
        (one.attempt_id, one.reopens_id, score_of(marks[one.attempt_id])) for one in all_of_it
    )
    score = combine_scores(counting, closed.method)
    return score is not None and is_passed(score, closed.pass_mark)
