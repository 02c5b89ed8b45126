"""The tables of quizzes, attempts, answers and grades."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Quiz(Base):
    """The settings of a quiz in one version of a module; an attempt stays with those it began under."""

    __tablename__ = "quizzes_quiz"

    activity_id: Mapped[int] = mapped_column(ForeignKey("catalogue_activity.id"), primary_key=True)
    # Markdown, and the HTML made of it.
    intro: Mapped[Texts]
    intro_html: Mapped[Texts]
    # How many questions an attempt draws from the pool.
    draw: Mapped[int]
    # Between 0 and 1.
    pass_mark: Mapped[Decimal]
    # None: no limit.
    attempts_allowed: Mapped[int | None]


class PoolEntry(Base):
    """A question version that a quiz may draw."""

    __tablename__ = "quizzes_pool"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes_quiz.activity_id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("questions_version.id"), primary_key=True, index=True
    )


class Attempt(Base):
    """One learner's run at one quiz. Once submitted, it never changes."""

    __tablename__ = "quizzes_attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "activity_key", "number"),
        # Two clicks on Start open one attempt.
        Index(
            "uq_quizzes_attempt_open",
            "enrolment_id",
            "activity_key",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"))
    activity_key: Mapped[str] = mapped_column(String(64))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes_quiz.activity_id"), index=True)
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]


class Slot(Base):
    """A place in an attempt, the question version drawn for it, and the order of its options."""

    __tablename__ = "quizzes_slot"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("questions_version.id"), index=True)
    # What the type's `prepare` fixed for this attempt, such as the order of the options.
    prepared: Mapped[dict[str, Any]]


class Answer(Base):
    """A fact: one save of one slot. Rows are only ever added.

    The client numbers its saves of a slot; `base` is the revision that it had last seen (0: none). The receipt
    (`revision`, `received_at`, `is_current`, `is_late`) is what the client was told, and is told again.
    """

    __tablename__ = "quizzes_answer"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client", "slot", "number"),
        UniqueConstraint("attempt_id", "slot", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempt.id"))
    slot: Mapped[int]
    client: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    base: Mapped[int]
    language: Mapped[str] = mapped_column(String(16))
    response: Mapped[dict[str, Any]]
    # Counted in the slot from 1, in the order of arrival.
    revision: Mapped[int]
    received_at: Mapped[datetime]
    # Was it the slot's current answer on arrival?
    is_current: Mapped[bool]
    # Did it arrive after the attempt had closed?
    is_late: Mapped[bool]


class Grade(Base):
    """A fact: the attempt's score by the grading of that moment. The newest counts."""

    __tablename__ = "quizzes_grade"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempt.id"), index=True)
    # Between 0 and 1.
    score: Mapped[Decimal]
    passed: Mapped[bool]
    # {slot: fraction as text}
    marks: Mapped[dict[str, Any]]
    graded_at: Mapped[datetime]
