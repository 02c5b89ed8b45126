"""Every reading of the question bank. For other rooms: they have seen to it that the reader may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.questions.domain import Bank, BankQuestion
from lms.questions.models import Question, QuestionVersion


@dataclass(frozen=True, slots=True)
class QuestionVersionView:
    """A question version; `body` and `rendered` are what the type's functions take."""

    id: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]


def list_current_versions(session: Session, module_id: int) -> list[tuple[str, int]]:
    """Return key and current version's id of each question in a module's bank; one query."""
    rows = session.execute(
        select(Question.key, QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.module_id == module_id)
        .order_by(Question.id)
    )
    return [(key, version_id) for key, version_id in rows]


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


def get_bank(session: Session, module_id: int) -> Bank:
    """Return a module's questions as their author wrote them; one query."""
    rows = session.execute(
        select(Question.key, QuestionVersion.type, QuestionVersion.body)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(Question.module_id == module_id)
        .order_by(Question.id)
    )
    return Bank({key: BankQuestion(type_, body) for key, type_, body in rows})
