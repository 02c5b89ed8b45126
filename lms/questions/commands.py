"""Every write of the question bank."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import render_inline
from lms.catalogue.domain import content_hash
from lms.questions.domain import Bank, BankQuestion, get_type
from lms.questions.models import Question, QuestionTag, QuestionVersion


def load_bank(session: Session, module_id: int, bank: Bank, *, now: datetime) -> None:
    """Make a new version of each question that reads otherwise than its newest, and file it; forget none.

    A question that is no longer in the bank keeps its versions for the attempts that drew them. For other rooms: it
    asks for no actor, and the module's row is locked.
    """
    stored = {
        question.key: question
        for question in session.scalars(select(Question).where(Question.module_id == module_id))
    }
    newest = _list_newest(session, module_id)
    tags = _list_tags(session, module_id)
    for key, question in bank.questions.items():
        row = stored.get(key)
        if row is None:
            row = Question(module_id=module_id, key=key, category=question.category)
            session.add(row)
            session.flush()
        version = newest.get(row.id)
        body_hash = _hash(question)
        if version is None or version.body_hash != body_hash:
            version = _make_version(row.id, version, question, body_hash, now)
            session.add(version)
            session.flush()
        row.current_version_id = version.id
        row.category = question.category
        _file(session, row.id, tags.get(row.id, {}), question.tags)
    for key, row in stored.items():
        if key not in bank.questions:
            row.current_version_id = None
    session.flush()


def _list_newest(session: Session, module_id: int) -> dict[int, QuestionVersion]:
    versions = session.scalars(
        select(QuestionVersion)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.module_id == module_id)
        .order_by(QuestionVersion.number)
    )
    return {version.question_id: version for version in versions}


def _list_tags(session: Session, module_id: int) -> dict[int, dict[str, QuestionTag]]:
    tags: dict[int, dict[str, QuestionTag]] = {}
    rows = session.scalars(
        select(QuestionTag)
        .join(Question, Question.id == QuestionTag.question_id)
        .where(Question.module_id == module_id)
    )
    for row in rows:
        tags.setdefault(row.question_id, {})[row.tag] = row
    return tags


def _file(
    session: Session, question_id: int, stored: Mapping[str, QuestionTag], wanted: frozenset[str]
) -> None:
    for tag, row in stored.items():
        if tag not in wanted:
            session.delete(row)
    session.add_all(
        QuestionTag(question_id=question_id, tag=tag) for tag in sorted(wanted - stored.keys())
    )


def _hash(question: BankQuestion) -> str:
    return content_hash([question.type, question.body])


def _make_version(
    question_id: int,
    before: QuestionVersion | None,
    question: BankQuestion,
    body_hash: str,
    now: datetime,
) -> QuestionVersion:
    return QuestionVersion(
        question_id=question_id,
        number=1 if before is None else before.number + 1,
        type=question.type,
        body=dict(question.body),
        rendered=get_type(question.type).render(question.body, render_inline),
        body_hash=body_hash,
        created_at=now,
    )
