"""Reading what a regrade needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms import catalogue, learning, questions
from lms.core.permissions import Actor, Permission, Scope, ScopeKind
from lms.questions.domain import UnfitResponse, prepare_for_nobody
from lms.quizzes import policy
from lms.quizzes.domain import Method
from lms.quizzes.errors import NotAQuiz
from lms.quizzes.models import Attempt, Grade, Quiz, Slot
from lms.quizzes.queries.attempts import (
    CurrentAnswer,
    SlotQuestion,
    list_current_answers,
    list_current_answers_of,
    list_given_marks_of,
    list_questions,
    newest_grade_id,
    read_marks,
)

MODULES = catalogue.module_facts.c
OWNERS = learning.enrolment_owners.c
TITLES = catalogue.activity_titles.c
VERSIONS = questions.question_versions.c


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """A module as trainers' work needs it; its title in every language."""

    id: int
    slug: str
    code: str
    title: Mapping[str, str]
    source_language: str
    languages: tuple[str, ...]
    programme_id: int

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes at which a grant reaches the whole module."""
        return (
            Scope(ScopeKind.MODULE, self.id),
            Scope(ScopeKind.PROGRAMME, self.programme_id),
        )


@dataclass(frozen=True, slots=True)
class ClosedAttempt:
    """A closed attempt with its newest grade, and all that grading it by the newest keys needs."""

    attempt_id: int
    number: int
    enrolment_id: int
    reopens_id: int | None
    person_id: int
    completed_at: datetime | None
    pass_mark: Fraction
    method: Method
    score: Decimal | None
    passed: bool | None
    marks: Mapping[int, Fraction | None]
    # With the keys that count by now, and by slot the version of each that is not the drawn one's.
    questions: Sequence[SlotQuestion]
    versions: Mapping[int, int]
    answers: Mapping[int, CurrentAnswer]
    # What a person gave.
    given: Mapping[int, Fraction]

    def grade(self) -> dict[int, Fraction | None]:
        """Return the marks by the keys that count by now; a person's stay."""
        return {
            slot.number: self.given[slot.number]
            if slot.number in self.given
            else slot.grade(self.answers.get(slot.number))
            for slot in self.questions
        }


@dataclass(frozen=True, slots=True)
class MarkChange:
    """What a regrade changes in one slot; a mark is None while a person has yet to give it."""

    slot: int
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """What a regrade changes in an attempt; scores are None while a person has yet to mark an answer."""

    attempt_id: int
    number: int
    person_id: int
    marks: tuple[MarkChange, ...]
    before: Decimal | None
    after: Decimal | None
    passed_before: bool | None
    passes_after: bool | None
    # Whether all that counts of the enrolment's attempts reached the pass mark, and still does.
    quiz_passed: bool
    quiz_passes: bool
    # The module was completed before, and stays so, whatever the new score.
    is_completed: bool

    @property
    def slots(self) -> tuple[int, ...]:
        """The questions whose marks change."""
        return tuple(mark.slot for mark in self.marks)

    @property
    def stays_done(self) -> bool:
        """Whether the quiz stays done although it would not be by the new key."""
        return self.quiz_passed and not self.quiz_passes

    @property
    def stays_certified(self) -> bool:
        """Whether what was completed, and perhaps certified, would not have been by the new key."""
        return self.is_completed and self.stays_done


def hash_changes(changes: Sequence[ScoreChange]) -> str:
    """Return what stands for exactly these changes: a preview that was shown can be known again by it."""
    return hashlib.sha256(repr(list(changes)).encode()).hexdigest()


def list_modules(
    session: Session, condition: ColumnElement[bool] | None = None
) -> list[ModuleFacts]:
    """Return the published modules, or those that a condition on MODULES leaves; one query. It asks for no actor."""
    query = select(
        MODULES.module_id,
        MODULES.slug,
        MODULES.code,
        MODULES.title,
        MODULES.source_language,
        MODULES.languages,
        MODULES.programme_id,
    ).order_by(MODULES.code, MODULES.slug)
    if condition is not None:
        query = query.where(condition)
    return [
        ModuleFacts(*row[:5], tuple(row.languages), row.programme_id)
        for row in session.execute(query)
    ]


def find_module(session: Session, slug: str) -> ModuleFacts | None:
    """Return a published module; one query. It asks for no actor."""
    return next(iter(list_modules(session, MODULES.slug == slug)), None)


def get_regradable(session: Session, actor: Actor, slug: str, key: str) -> ModuleFacts:
    """Return the module of a quiz that the actor may regrade. Raises `NoSuchModule` or `NotAQuiz`."""
    actor.require_somebody()
    module = find_module(session, slug)
    if module is None or not policy.may_regrade(actor, module.scopes):
        raise catalogue.NoSuchModule
    if not is_quiz_of(session, module.id, key):
        raise NotAQuiz
    return module


def get_whole_module(session: Session, actor: Actor, slug: str) -> ModuleFacts:
    """Return a module of which the actor may repair every attempt; one query. Raises `NoSuchModule`."""
    return _require_whole(actor, list_modules(session, MODULES.slug == slug))


def require_whole_module(session: Session, actor: Actor, module_id: int) -> None:
    """Raise `NoSuchModule` unless the actor may repair every attempt at the module's quizzes; one query."""
    _require_whole(actor, list_modules(session, MODULES.module_id == module_id))


def _require_whole(actor: Actor, found: list[ModuleFacts]) -> ModuleFacts:
    actor.require_somebody()
    if not found or not actor.may(Permission.REPAIR_ATTEMPT, found[0].scopes):
        raise catalogue.NoSuchModule
    return found[0]


def is_quiz_of(session: Session, module_id: int, key: str) -> bool:
    """Return whether any version of the module has a quiz under the key; one query."""
    return (
        session.scalar(
            select(Quiz.activity_id)
            .join(catalogue.activity_titles, TITLES.activity_id == Quiz.activity_id)
            .where(TITLES.module_id == module_id, TITLES.key == key)
            .limit(1)
        )
        is not None
    )


def count_unfinished(session: Session, module_id: int, key: str) -> int:
    """Return how many attempts at a quiz are still open; one query."""
    query = (
        select(func.count())
        .select_from(Attempt)
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Attempt.enrolment_id)
        .where(
            OWNERS.module_id == module_id,
            Attempt.activity_key == key,
            Attempt.submitted_at.is_(None),
        )
    )
    return session.scalars(query).one()


def lock_closed(session: Session, module_id: int, key: str) -> None:
    """Lock the closed attempts at a quiz until the caller's work ends, in the order of their ids; one query."""
    session.execute(
        _closed_ids(module_id, key).order_by(Attempt.id).with_for_update(of=Attempt)
    ).all()


def _closed_ids(module_id: int, key: str) -> Select[int]:
    return (
        select(Attempt.id)
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Attempt.enrolment_id)
        .where(
            OWNERS.module_id == module_id,
            Attempt.activity_key == key,
            Attempt.submitted_at.is_not(None),
        )
    )


def list_closed(session: Session, module_id: int, key: str) -> list[ClosedAttempt]:
    """Return the closed attempts at a quiz in all its versions, in the order of their ids; seven queries.

    A question counts by its newest key, if the newest version asks with the same choices what was asked and answered;
    else by the key that graded it last.
    """
    ids = _closed_ids(module_id, key)
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.number,
            Attempt.enrolment_id,
            Attempt.reopens_id,
            OWNERS.person_id,
            OWNERS.completed_at,
            Quiz.pass_mark,
            Quiz.method,
            Grade.score,
            Grade.passed,
            Grade.marks,
            Grade.versions,
        )
        .join(Quiz, Quiz.activity_id == Attempt.quiz_id)
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Attempt.enrolment_id)
        .join(Grade, Grade.id == newest_grade_id())
        .where(Attempt.id.in_(ids))
        .order_by(Attempt.id)
    ).all()
    graded = {row.id: read_versions(row.versions) for row in rows}
    drawn = _list_drawn(session, ids)
    question_ids = {slot.question_id for slots in drawn.values() for slot in slots}
    newest = questions.find_newest_versions(session, question_ids)
    older = questions.get_versions(
        session, {version for versions in graded.values() for version in versions.values()}
    )
    answers = list_current_answers_of(session, ids)
    given = list_given_marks_of(session, ids)

    def choose(slot: SlotQuestion, attempt_id: int) -> SlotQuestion:
        answer = answers.get(attempt_id, {}).get(slot.number)
        graded_by = older.get(graded[attempt_id].get(slot.number, 0))
        for version in (newest[slot.question_id], graded_by):
            if version is not None and (found := _take_key(slot, version, answer)):
                return found
        return slot

    closed = []
    for row in rows:
        slots = drawn[row.id]
        by_key = [choose(slot, row.id) for slot in slots]
        closed.append(
            ClosedAttempt(
                row.id,
                row.number,
                row.enrolment_id,
                row.reopens_id,
                row.person_id,
                row.completed_at,
                Fraction(row.pass_mark),
                Method(row.method),
                row.score,
                row.passed,
                read_marks(row.marks),
                by_key,
                _list_other_versions(slots, by_key),
                answers.get(row.id, {}),
                given.get(row.id, {}),
            )
        )
    return closed


def _list_drawn(session: Session, ids: Select[int]) -> dict[int, list[SlotQuestion]]:
    """Return what was drawn for each slot of attempts; two queries, since many slots share a question."""
    rows = session.execute(
        select(
            Slot.attempt_id,
            Slot.number,
            Slot.question_version_id,
            VERSIONS.question_id,
            Slot.prepared,
            Slot.checked_at,
        )
        .join(questions.question_versions, VERSIONS.version_id == Slot.question_version_id)
        .where(Slot.attempt_id.in_(ids))
        .order_by(Slot.attempt_id, Slot.number)
    ).all()
    versions = questions.get_versions(session, {row.question_version_id for row in rows})
    drawn: dict[int, list[SlotQuestion]] = {}
    for row in rows:
        version = versions[row.question_version_id]
        drawn.setdefault(row.attempt_id, []).append(
            SlotQuestion(
                row.number,
                version.id,
                row.question_id,
                version.type,
                version.body,
                version.rendered,
                row.prepared,
                row.checked_at,
            )
        )
    return drawn


def _take_key(
    slot: SlotQuestion,
    version: questions.NewestVersion | questions.QuestionVersionView,
    answer: CurrentAnswer | None,
) -> SlotQuestion | None:
    """Return the slot's question with the key of another version; None where that key says nothing here.

    The version must be of the same type and offer the same choices as were offered, and the answer be one to it.
    """
    if version.type != slot.type:
        return None
    question = replace(slot, version_id=version.id, body=version.body, rendered=version.rendered)
    own = prepare_for_nobody(version.type, version.body)
    if _list_choices(replace(question, prepared=own)) != _list_choices(slot):
        return None
    if answer is not None:
        try:
            slot.kind.read_response(version.body, answer.response)
        except UnfitResponse:
            return None
    return question


def _list_choices(question: SlotQuestion) -> dict[tuple[str, ...], set[str]]:
    return {field.path: {choice.value for choice in field.choices} for field in question.fields}


def _list_other_versions(
    drawn: Sequence[SlotQuestion], by_key: Sequence[SlotQuestion]
) -> dict[int, int]:
    return {
        keyed.number: keyed.version_id
        for slot, keyed in zip(drawn, by_key, strict=True)
        if keyed.version_id != slot.version_id
    }


def read_versions(stored: Mapping[str, int] | None) -> dict[int, int]:
    """Return by slot the version whose key made a grade, where that is not the drawn one."""
    return {int(slot): version for slot, version in (stored or {}).items()}


def use_versions(
    session: Session, slots: list[SlotQuestion], versions: Mapping[int, int]
) -> list[SlotQuestion]:
    """Return the questions with the versions by whose keys they were graded; no query where none differs."""
    if not versions:
        return slots
    found = questions.get_versions(session, set(versions.values()))
    return [
        slot
        if slot.number not in versions
        else replace(
            slot,
            version_id=versions[slot.number],
            body=found[versions[slot.number]].body,
            rendered=found[versions[slot.number]].rendered,
        )
        for slot in slots
    ]


def list_graded_versions(session: Session, attempt_id: int) -> dict[int, SlotQuestion]:
    """Return by slot the questions whose newer key graded the attempt last; four queries at most.

    Without those to whose newer version the answer that counts by now is none.
    """
    graded = read_versions(
        session.scalar(
            select(Grade.versions)
            .where(Grade.attempt_id == attempt_id)
            .order_by(Grade.id.desc())
            .limit(1)
        )
    )
    if not graded:
        return {}
    versions = questions.get_versions(session, set(graded.values()))
    answers = list_current_answers(session, attempt_id)
    found = {}
    for slot in list_questions(session, attempt_id, graded.keys()):
        question = _take_key(slot, versions[graded[slot.number]], answers.get(slot.number))
        if question is not None:
            found[slot.number] = question
    return found
