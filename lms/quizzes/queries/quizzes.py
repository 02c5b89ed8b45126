"""Reading the settings of quizzes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.i18n import pick_text
from lms.core.permissions import Scope, ScopeKind
from lms.quizzes.domain import Feedback, Method, Navigation, QuizRules, ReviewRules, When
from lms.quizzes.errors import NotAQuiz
from lms.quizzes.models import ExtraTime, PoolEntry, Quiz, QuizDraw

# What `read_rules` needs of a row.
RULE_COLUMNS = (
    Quiz.pass_mark,
    Quiz.attempts_allowed,
    Quiz.opens_at,
    Quiz.closes_at,
    Quiz.time_limit,
    Quiz.grace,
    Quiz.delay,
    Quiz.method,
    Quiz.per_page,
    Quiz.navigation,
    Quiz.feedback,
    Quiz.shuffles_questions,
    Quiz.shuffles_options,
    Quiz.review_score,
    Quiz.review_marks,
    Quiz.review_answers,
    Quiz.review_feedback,
)


@dataclass(frozen=True, slots=True)
class QuizView:
    """A quiz before it is begun, in the reader's language."""

    intro_html: str
    length: int
    rules: QuizRules


def read_rules(row: Any) -> QuizRules:
    """Return the rules from a `Quiz`, or from a row that has the `RULE_COLUMNS`."""
    return QuizRules(
        pass_mark=row.pass_mark,
        attempts_allowed=row.attempts_allowed,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        time_limit=row.time_limit,
        grace=row.grace,
        delay=row.delay,
        method=Method(row.method),
        per_page=row.per_page,
        navigation=Navigation(row.navigation),
        feedback=Feedback(row.feedback),
        shuffles_questions=row.shuffles_questions,
        shuffles_options=row.shuffles_options,
        review=ReviewRules(
            When(row.review_score),
            When(row.review_marks),
            When(row.review_answers),
            When(row.review_feedback),
        ),
    )


def get_quiz(session: Session, activity_id: int, *, language: str) -> QuizView:
    """Return a quiz by the id of its activity; one query. Raises `NotAQuiz`."""
    length = select(func.sum(QuizDraw.count)).where(QuizDraw.quiz_id == activity_id)
    row = session.execute(
        select(Quiz.intro_html, length.scalar_subquery().label("length"), *RULE_COLUMNS).where(
            Quiz.activity_id == activity_id
        )
    ).one_or_none()
    if row is None:
        raise NotAQuiz
    return QuizView(pick_text(row.intro_html, language), row.length, read_rules(row))


def list_draws(session: Session, quiz_id: int) -> list[QuizDraw]:
    """Return the draws of a quiz, in order."""
    return list(
        session.scalars(
            select(QuizDraw).where(QuizDraw.quiz_id == quiz_id).order_by(QuizDraw.number)
        )
    )


def list_pool(session: Session, quiz_id: int) -> list[tuple[int, list[int]]]:
    """Return how many each draw takes, and the question versions that it may take, in a fixed order; one query."""
    rows = session.execute(
        select(QuizDraw.number, QuizDraw.count, PoolEntry.question_version_id)
        .join(
            PoolEntry,
            (PoolEntry.quiz_id == QuizDraw.quiz_id) & (PoolEntry.draw == QuizDraw.number),
        )
        .where(QuizDraw.quiz_id == quiz_id)
        .order_by(QuizDraw.number, PoolEntry.question_version_id)
    )
    pool: dict[int, tuple[int, list[int]]] = {}
    for number, count, version_id in rows:
        pool.setdefault(number, (count, []))[1].append(version_id)
    return list(pool.values())


def find_extra_percent(
    session: Session, module_id: int, key: str, person_id: int, scopes: Iterable[Scope]
) -> int:
    """Return how much more time somebody has; one query.

    A person's own outranks those of the institutions whose `scopes` reach the enrolment; of these the largest counts.
    """
    institution_ids = [scope.id for scope in scopes if scope.kind is ScopeKind.INSTITUTION]
    rows = session.execute(
        select(ExtraTime.person_id, ExtraTime.institution_id, ExtraTime.percent)
        .where(
            ExtraTime.module_id == module_id,
            ExtraTime.activity_key == key,
            (ExtraTime.person_id == person_id) | ExtraTime.institution_id.in_(institution_ids),
        )
        .order_by(ExtraTime.id)
    )
    newest = {(person, institution): percent for person, institution, percent in rows}
    # None given, or taken back.
    return newest.pop((person_id, None), 0) or max(newest.values(), default=0)
