"""Every reading of the question bank. Where no actor is asked for, it is for other rooms: they have seen to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms import catalogue
from lms.catalogue import NoSuchModule
from lms.core.permissions import Actor
from lms.questions import policy
from lms.questions.domain import Bank, BankLine, BankQuestion, QuestionFigures, Use
from lms.questions.errors import NoSuchQuestion
from lms.questions.models import Question, QuestionTag, QuestionVersion

MODULES = catalogue.module_facts.c


@dataclass(frozen=True, slots=True)
class QuestionVersionView:
    """A question version; `body` and `rendered` are what the type's functions take."""

    id: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewestVersion:
    """The version of a question that was made last."""

    id: int
    key: str
    number: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]
    # Whether it can still be drawn.
    is_in_bank: bool


@dataclass(frozen=True, slots=True)
class BankModule:
    """The module whose bank is read; texts in every language."""

    id: int
    slug: str
    code: str
    title: Mapping[str, str]
    source_language: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question in the list of its bank; versions are numbered without gaps, so `number` counts them."""

    id: int
    key: str
    category: str
    tags: frozenset[str]
    type: str
    number: int
    body: Mapping[str, Any]
    prompt: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BankPage:
    """A bank with every question in it; `uses` are by the question's id."""

    module: BankModule
    cards: Sequence[QuestionCard]
    uses: Mapping[int, Sequence[Use]]


@dataclass(frozen=True, slots=True)
class DatedVersion:
    """A version in the history of its question."""

    number: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question with its history, the newest version first, and what the rooms above know of it."""

    module: BankModule
    key: str
    category: str
    tags: frozenset[str]
    is_in_bank: bool
    versions: Sequence[DatedVersion]
    uses: Sequence[Use]
    figures: QuestionFigures | None


def list_bank(session: Session, module_id: int) -> list[BankLine]:
    """Return each question in a module's bank, for rooms that draw from it; two queries."""
    tags = _list_tags(session, Question.module_id == module_id)
    rows = session.execute(
        select(
            Question.key, Question.id, QuestionVersion.id, QuestionVersion.type, Question.category
        )
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.module_id == module_id)
        .order_by(Question.id)
    )
    return [
        BankLine(key, id_, version_id, type_, category, tags.get(id_, frozenset()))
        for key, id_, version_id, type_, category in rows
    ]


def _list_tags(session: Session, condition: ColumnElement[bool]) -> dict[int, frozenset[str]]:
    tags: dict[int, set[str]] = {}
    rows = session.execute(
        select(QuestionTag.question_id, QuestionTag.tag)
        .join(Question, Question.id == QuestionTag.question_id)
        .where(condition)
    )
    for question_id, tag in rows:
        tags.setdefault(question_id, set()).add(tag)
    return {question_id: frozenset(found) for question_id, found in tags.items()}


def get_versions(session: Session, ids: Collection[int]) -> dict[int, QuestionVersionView]:
    """Return question versions by id; one query."""
    rows = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.type,
            QuestionVersion.body,
            QuestionVersion.rendered,
        ).where(QuestionVersion.id.in_(ids))
    )
    return {row.id: QuestionVersionView(*row) for row in rows}


def find_newest_versions(
    session: Session, question_ids: Collection[int]
) -> dict[int, NewestVersion]:
    """Return by question id the version that was made last, also of questions that left their bank; one query."""
    newest = (
        select(QuestionVersion.question_id, func.max(QuestionVersion.number).label("number"))
        .where(QuestionVersion.question_id.in_(question_ids))
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Question.id.label("question_id"),
            QuestionVersion.id,
            Question.key,
            QuestionVersion.number,
            QuestionVersion.type,
            QuestionVersion.body,
            QuestionVersion.rendered,
            Question.current_version_id.is_not(None),
        )
        .join(newest, newest.c.question_id == Question.id)
        .join(
            QuestionVersion,
            (QuestionVersion.question_id == Question.id)
            & (QuestionVersion.number == newest.c.number),
        )
    )
    return {question_id: NewestVersion(*version) for question_id, *version in rows}


def get_bank(session: Session, module_id: int) -> Bank:
    """Return a module's questions as their author wrote and filed them; two queries."""
    tags = _list_tags(session, Question.module_id == module_id)
    rows = session.execute(
        select(
            Question.id, Question.key, QuestionVersion.type, QuestionVersion.body, Question.category
        )
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.module_id == module_id)
        .order_by(Question.id)
    )
    return Bank(
        {
            key: BankQuestion(type_, body, category, tags.get(id_, frozenset()))
            for id_, key, type_, body, category in rows
        }
    )


# --- For the pages of a bank ------------------------------------------------------------------------


def get_bank_page(session: Session, actor: Actor, slug: str, *, language: str) -> BankPage:
    """Return the bank of a module; three queries, and those of whoever knows the uses.

    Raises `NoSuchModule`, also for a module whose bank the actor may not read, or `SignInRequired`.
    """
    module = _get_module(session, actor, slug)
    tags = _list_tags(session, Question.module_id == module.id)
    rows = session.execute(
        select(
            Question.id,
            Question.key,
            Question.category,
            QuestionVersion.type,
            QuestionVersion.number,
            QuestionVersion.body,
            QuestionVersion.rendered["prompt"].label("prompt"),
        )
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.module_id == module.id)
        .order_by(Question.id)
    )
    cards = [
        QuestionCard(
            row.id,
            row.key,
            row.category,
            tags.get(row.id, frozenset()),
            row.type,
            row.number,
            row.body,
            row.prompt,
        )
        for row in rows
    ]
    return BankPage(module, cards, _find_uses(session, [card.id for card in cards], language))


def get_question_page(
    session: Session, actor: Actor, slug: str, key: str, *, language: str
) -> QuestionPage:
    """Return a question of a module, also one that left its bank; three queries, and those of whoever knows more.

    Raises `NoSuchQuestion`, and what `get_bank_page` raises.
    """
    module = _get_module(session, actor, slug)
    rows = session.execute(
        select(
            Question.id,
            Question.category,
            Question.current_version_id,
            QuestionVersion.number,
            QuestionVersion.type,
            QuestionVersion.body,
            QuestionVersion.rendered,
            QuestionVersion.created_at,
        )
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.module_id == module.id, Question.key == key)
        .order_by(QuestionVersion.number.desc())
    ).all()
    if not rows:
        raise NoSuchQuestion
    question = rows[0]
    return QuestionPage(
        module,
        key,
        question.category,
        _list_tags(session, Question.id == question.id).get(question.id, frozenset()),
        question.current_version_id is not None,
        [
            DatedVersion(row.number, row.type, row.body, row.rendered, row.created_at)
            for row in rows
        ],
        _find_uses(session, [question.id], language).get(question.id, ()),
        _find_figures(session, [question.id]).get(question.id),
    )


def _get_module(session: Session, actor: Actor, slug: str) -> BankModule:
    actor.require_somebody()
    row = session.execute(select(catalogue.module_facts).where(MODULES.slug == slug)).one_or_none()
    if row is None or not policy.may_read_bank(actor, row.module_id, row.programme_id):
        raise NoSuchModule
    return BankModule(
        row.module_id, row.slug, row.code, row.title, row.source_language, tuple(row.languages)
    )


# Called with the session, ids of questions and the reader's language.
FindUses = Callable[[Session, Collection[int], str], Mapping[int, Sequence[Use]]]

# Called with the session and ids of questions.
FindFigures = Callable[[Session, Collection[int]], Mapping[int, QuestionFigures]]


def _find_uses(
    session: Session, question_ids: Collection[int], language: str
) -> Mapping[int, Sequence[Use]]:
    """Return what may ask each question; `app.py` names who knows, as `question_uses`."""
    find: FindUses = current_app.extensions["question_uses"]
    return find(session, question_ids, language)


def _find_figures(session: Session, question_ids: Collection[int]) -> Mapping[int, QuestionFigures]:
    """Return how each question did; `app.py` names who knows, as `question_statistics`."""
    find: FindFigures = current_app.extensions["question_statistics"]
    return find(session, question_ids)
