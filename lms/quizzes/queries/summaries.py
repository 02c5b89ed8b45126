"""What the module page says of quizzes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lms import catalogue
from lms.core.i18n import Message
from lms.quizzes.domain import RepairKind, When, note_on_attempts
from lms.quizzes.models import Attempt, Grade, Quiz, Repair
from lms.quizzes.queries.attempts import newest_grade_id

TITLES = catalogue.activity_titles.c


def summarise_attempts(
    session: Session, enrolment_id: int, activity_ids: Sequence[int]
) -> dict[str, Message]:
    """Return a line for each quiz: an attempt under way, or how many are left; one query."""
    used = (
        select(
            Attempt.activity_key,
            func.sum(case((Attempt.reopens_id.is_(None), 1), else_=0)).label("used"),
            (func.count() - func.count(Attempt.submitted_at)).label("unfinished"),
            func.sum(case((Grade.id.is_not(None) & Grade.score.is_(None), 1), else_=0)).label(
                "waiting"
            ),
            func.sum(case((Grade.passed.is_(True), 1), else_=0)).label("passed"),
        )
        .outerjoin(Grade, Grade.id == newest_grade_id())
        .where(Attempt.enrolment_id == enrolment_id)
        .group_by(Attempt.activity_key)
        .subquery()
    )
    granted = (
        select(func.count())
        .where(
            Repair.kind == RepairKind.GRANT,
            Repair.enrolment_id == enrolment_id,
            Repair.activity_key == TITLES.key,
        )
        .correlate(catalogue.activity_titles)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            TITLES.key,
            Quiz.attempts_allowed + granted,
            Quiz.review_score,
            func.coalesce(used.c.used, 0),
            func.coalesce(used.c.unfinished, 0),
            func.coalesce(used.c.waiting, 0),
            func.coalesce(used.c.passed, 0),
        )
        .join(catalogue.activity_titles, TITLES.activity_id == Quiz.activity_id)
        .outerjoin(used, used.c.activity_key == TITLES.key)
        .where(Quiz.activity_id.in_(activity_ids))
    )
    notes = {}
    for key, allowed, review_score, count, unfinished, waiting, passed in rows:
        note = note_on_attempts(
            allowed,
            count,
            has_open=unfinished > 0,
            is_waiting=waiting > 0,
            # Where the verdict is hidden, its silence would tell.
            is_passed=passed > 0 and review_score == When.SUBMITTED,
        )
        if note is not None:
            notes[key] = note
    return notes
