"""The tables of the question bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base
from lms.questions.domain import DEEPEST_CATEGORY

LONGEST_KEY = 64
# Keys and the slashes between them.
LONGEST_CATEGORY = DEEPEST_CATEGORY * (LONGEST_KEY + 1) - 1


class Question(Base):
    """A question of a module's bank, under a key that stays."""

    __tablename__ = "questions_question"
    __table_args__ = (UniqueConstraint("module_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("catalogue_module.id"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    # None once the question has left the bank; attempts keep the versions they drew.
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions_version.id", use_alter=True)
    )
    # Keys joined by slashes; empty: none.
    category: Mapped[str] = mapped_column(String(LONGEST_CATEGORY), default="")


class QuestionTag(Base):
    """A tag of a question. Like its category, it is the question's and not a version's."""

    __tablename__ = "questions_tag"

    question_id: Mapped[int] = mapped_column(ForeignKey("questions_question.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(LONGEST_KEY), primary_key=True, index=True)


class QuestionVersion(Base):
    """A question as it was worded once. It never changes."""

    __tablename__ = "questions_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions_question.id"))
    number: Mapped[int]
    type: Mapped[str] = mapped_column(String(32))
    # What the author wrote, in the shape that the type's domain module declares.
    body: Mapped[dict[str, Any]]
    # The same texts as sanitised HTML, made when the version was.
    rendered: Mapped[dict[str, Any]]
    body_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
