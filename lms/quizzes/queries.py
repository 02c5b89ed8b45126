"""Every reading of quizzes and attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms import catalogue, learning, questions
from lms.core.i18n import Message, pick_text
from lms.core.permissions import Actor
from lms.learning.domain import EnrolmentFacts
from lms.questions.domain import Field, QuestionType, build_response, get_type
from lms.quizzes import policy
from lms.quizzes.domain import KeptSave, attempts_left, note_on_attempts
from lms.quizzes.errors import NoSuchAttempt, NotAQuiz, ReviewClosed
from lms.quizzes.models import Answer, Attempt, Grade, PoolEntry, Quiz, Slot

TITLES = catalogue.activity_titles.c
VERSIONS = questions.question_versions.c


@dataclass(frozen=True, slots=True)
class QuizView:
    """The settings of a quiz, in the reader's language; `pass_mark` is between 0 and 1."""

    intro_html: str
    draws: int
    pass_mark: Decimal
    attempts_allowed: int | None


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """An attempt in a list; no score until it is submitted."""

    id: int
    number: int
    started_at: datetime
    submitted_at: datetime | None
    score: Decimal | None
    passed: bool | None


@dataclass(frozen=True, slots=True)
class AttemptHead:
    """An attempt without its questions."""

    id: int
    number: int
    enrolment_id: int
    key: str
    quiz_id: int
    quiz_title: str
    module_title: str
    language: str
    started_at: datetime
    deadline_at: datetime | None
    submitted_at: datetime | None
    pass_mark: Decimal
    attempts_allowed: int | None
    score: Decimal | None
    passed: bool | None
    marks: Mapping[str, str]
    facts: EnrolmentFacts


@dataclass(frozen=True, slots=True)
class SlotQuestion:
    """What was drawn for a slot: the question version, and what `prepare` fixed."""

    number: int
    version_id: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]
    prepared: Mapping[str, Any]

    @property
    def kind(self) -> QuestionType:
        """Its type, which knows its rules."""
        return get_type(self.type)

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its form."""
        return self.kind.list_fields(self.body, self.rendered, self.prepared)

    def read_form(self, values: Mapping[str, Sequence[str]]) -> Mapping[str, Any]:
        """Return the response that a form's values make, as it is kept; raises `UnfitResponse`."""
        return self.kind.read_response(self.body, build_response(self.fields, values))

    def is_answered(self, answer: CurrentAnswer | None) -> bool:
        """Return whether the answer says all that the question asks."""
        return answer is not None and self.kind.is_complete(self.body, answer.response)


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """A slot's current answer, and the slot's newest revision."""

    response: Mapping[str, Any]
    revision: int


def get_quiz(session: Session, activity_id: int, *, language: str) -> QuizView:
    """Return the settings of the quiz of an activity; one query. Raises `NotAQuiz`."""
    row = session.execute(
        select(Quiz.intro_html, Quiz.draw, Quiz.pass_mark, Quiz.attempts_allowed).where(
            Quiz.activity_id == activity_id
        )
    ).one_or_none()
    if row is None:
        raise NotAQuiz
    return QuizView(
        pick_text(row.intro_html, language), row.draw, row.pass_mark, row.attempts_allowed
    )


def list_attempts(session: Session, enrolment_id: int, key: str) -> list[AttemptLine]:
    """Return an enrolment's attempts at a quiz, the newest first; one query."""
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Grade.score,
            Grade.passed,
        )
        .outerjoin(Grade, Grade.id == _newest_grade_id())
        .where(Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key)
        .order_by(Attempt.number.desc())
    )
    return [AttemptLine(*row) for row in rows]


def _newest_grade_id() -> Any:
    return (
        select(func.max(Grade.id))
        .where(Grade.attempt_id == Attempt.id)
        .correlate(Attempt)
        .scalar_subquery()
    )


def count_attempts(session: Session, enrolment_id: int, key: str) -> int:
    """Return how many attempts an enrolment has begun at a quiz."""
    return session.scalars(
        select(func.count()).where(
            Attempt.enrolment_id == enrolment_id, Attempt.activity_key == key
        )
    ).one()


def list_pool(session: Session, quiz_id: int) -> list[int]:
    """Return the ids of the question versions that a quiz may draw, in a fixed order."""
    return list(
        session.scalars(
            select(PoolEntry.question_version_id)
            .where(PoolEntry.quiz_id == quiz_id)
            .order_by(PoolEntry.question_version_id)
        )
    )


def _heads() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.id,
            Attempt.number,
            Attempt.enrolment_id,
            Attempt.activity_key,
            Attempt.quiz_id,
            Attempt.language,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Quiz.pass_mark,
            Quiz.attempts_allowed,
            TITLES.title,
            Grade.score,
            Grade.passed,
            Grade.marks,
        )
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .join(catalogue.activity_titles, TITLES.activity_id == Attempt.quiz_id)
        .outerjoin(Grade, Grade.id == _newest_grade_id())
    )


def get_attempt(session: Session, actor: Actor, attempt_id: int, *, language: str) -> AttemptHead:
    """Return an attempt that the actor may read; two queries. Raises `NoSuchAttempt` or `SignInRequired`."""
    actor.require_somebody()
    row = session.execute(_heads().where(Attempt.id == attempt_id)).one_or_none()
    if row is None:
        raise NoSuchAttempt
    facts = learning.get_facts(session, row.enrolment_id)
    if not policy.may_read(actor, facts):
        raise NoSuchAttempt
    return _head(row, facts, language)


def _head(row: Row[Any], facts: EnrolmentFacts, language: str) -> AttemptHead:
    return AttemptHead(
        id=row.id,
        number=row.number,
        enrolment_id=row.enrolment_id,
        key=row.activity_key,
        quiz_id=row.quiz_id,
        quiz_title=pick_text(row.title, language, facts.source_language),
        module_title=pick_text(facts.module_title, language, facts.source_language),
        language=row.language,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        pass_mark=row.pass_mark,
        attempts_allowed=row.attempts_allowed,
        score=row.score,
        passed=row.passed,
        marks=row.marks or {},
        facts=facts,
    )


def lock_attempt(session: Session, attempt_id: int) -> Attempt:
    """Return the attempt, locked until the caller's work ends; for this room's commands."""
    attempt = session.scalar(select(Attempt).where(Attempt.id == attempt_id).with_for_update())
    if attempt is None:
        raise NoSuchAttempt
    return attempt


def list_questions(session: Session, attempt_id: int) -> list[SlotQuestion]:
    """Return what was drawn for each slot, in order; one query."""
    rows = session.execute(
        select(
            Slot.number,
            Slot.question_version_id,
            VERSIONS.type,
            VERSIONS.body,
            VERSIONS.rendered,
            Slot.prepared,
        )
        .join(questions.question_versions, VERSIONS.version_id == Slot.question_version_id)
        .where(Slot.attempt_id == attempt_id)
        .order_by(Slot.number)
    )
    return [SlotQuestion(*row) for row in rows]


def list_kept_saves(session: Session, attempt_id: int) -> list[KeptSave]:
    """Return every save of an attempt, as the rules of saving need them; one query."""
    rows = session.execute(
        select(
            Answer.client,
            Answer.slot,
            Answer.number,
            Answer.response,
            Answer.revision,
            Answer.received_at,
            Answer.is_current,
            Answer.is_late,
        )
        .where(Answer.attempt_id == attempt_id)
        .order_by(Answer.id)
    )
    return [KeptSave(*row) for row in rows]


def list_current_answers(session: Session, attempt_id: int) -> dict[int, CurrentAnswer]:
    """Return the current answer of each slot that has one; one query."""
    rows = session.execute(
        select(Answer.slot, Answer.response, Answer.revision)
        .where(Answer.attempt_id == attempt_id, Answer.is_current)
        .order_by(Answer.revision)
    )
    return {slot: CurrentAnswer(response, revision) for slot, response, revision in rows}


def require_reviewable(head: AttemptHead) -> None:
    """Raise `ReviewClosed` while the attempt is open."""
    if head.submitted_at is None:
        raise ReviewClosed


def summarise_attempts(
    session: Session, enrolment_id: int, activity_ids: Sequence[int]
) -> dict[str, Message]:
    """Return a line for each quiz: an attempt under way, or how many are left; one query."""
    used = (
        select(
            Attempt.activity_key,
            func.count().label("used"),
            (func.count() - func.count(Attempt.submitted_at)).label("unfinished"),
            func.max(Grade.score).label("best"),
        )
        .outerjoin(Grade, Grade.id == _newest_grade_id())
        .where(Attempt.enrolment_id == enrolment_id)
        .group_by(Attempt.activity_key)
        .subquery()
    )
    rows = session.execute(
        select(
            TITLES.key,
            Quiz.attempts_allowed,
            Quiz.pass_mark,
            func.coalesce(used.c.used, 0),
            func.coalesce(used.c.unfinished, 0),
            used.c.best,
        )
        .join(catalogue.activity_titles, TITLES.activity_id == Quiz.activity_id)
        .outerjoin(used, used.c.activity_key == TITLES.key)
        .where(Quiz.activity_id.in_(activity_ids))
    )
    notes = {}
    for key, allowed, pass_mark, count, unfinished, best in rows:
        is_passed = best is not None and best >= pass_mark
        note = note_on_attempts(allowed, count, has_open=unfinished > 0, is_passed=is_passed)
        if note is not None:
            notes[key] = note
    return notes


def left_of(head: AttemptHead, used: int) -> int | None:
    """Return how many attempts the learner still has at the attempt's quiz; None: no limit."""
    return attempts_left(head.attempts_allowed, used)
