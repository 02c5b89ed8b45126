"""The tables of quizzes, attempts, answers and grades."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Quiz(Base):
    """The settings of a quiz in one version of a module; an attempt stays with those it began under.

    The columns after `intro_html` are the fields of `QuizRules`, those of its review as `review_*`.
    """

    __tablename__ = "quizzes_quiz"

    activity_id: Mapped[int] = mapped_column(ForeignKey("catalogue_activity.id"), primary_key=True)
    # Markdown, and the HTML made of it.
    intro: Mapped[Texts]
    intro_html: Mapped[Texts]
    pass_mark: Mapped[Decimal]
    attempts_allowed: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    time_limit: Mapped[int | None]
    grace: Mapped[int]
    delay: Mapped[int]
    method: Mapped[str] = mapped_column(String(16))
    per_page: Mapped[int | None]
    navigation: Mapped[str] = mapped_column(String(16))
    feedback: Mapped[str] = mapped_column(String(16))
    shuffles_questions: Mapped[bool]
    shuffles_options: Mapped[bool]
    review_score: Mapped[str] = mapped_column(String(16))
    review_marks: Mapped[str] = mapped_column(String(16))
    review_answers: Mapped[str] = mapped_column(String(16))
    review_feedback: Mapped[str] = mapped_column(String(16))


class QuizBand(Base):
    """What is said of a score from `least` (0 to 1) up to the next band."""

    __tablename__ = "quizzes_band"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes_quiz.activity_id"), primary_key=True)
    least: Mapped[Decimal] = mapped_column(primary_key=True)
    # Markdown, and the HTML made of it.
    text: Mapped[Texts]
    text_html: Mapped[Texts]


class QuizDraw(Base):
    """Questions that each attempt draws; without a category, tags or question it draws from the whole bank."""

    __tablename__ = "quizzes_draw"

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quizzes_quiz.activity_id"), primary_key=True)
    # Counted in the quiz from 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
    category: Mapped[str] = mapped_column(String(350))
    tags: Mapped[list[str]]
    # The key of the one question to take.
    question: Mapped[str | None] = mapped_column(String(64))


class PoolEntry(Base):
    """A question version from which a draw may take."""

    __tablename__ = "quizzes_pool"
    __table_args__ = (
        ForeignKeyConstraint(["quiz_id", "draw"], ["quizzes_draw.quiz_id", "quizzes_draw.number"]),
    )

    quiz_id: Mapped[int] = mapped_column(primary_key=True)
    draw: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(
        ForeignKey("questions_version.id"), primary_key=True, index=True
    )


class ExtraTime(Base):
    """A fact: more time for a person, or for an institution with all below it; the newest for each counts.

    It holds for one quiz of a module in every version. `percent` is of the time limit; 0 takes an earlier one back.
    """

    __tablename__ = "quizzes_extra_time"
    __table_args__ = (
        Index("ix_quizzes_extra_time_activity", "module_id", "activity_key"),
        CheckConstraint("(person_id IS NULL) != (institution_id IS NULL)", name="one_target"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("catalogue_module.id"))
    activity_key: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institutions_institution.id"))
    percent: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    made_at: Mapped[datetime]


class Attempt(Base):
    """One learner's run at one quiz. Once submitted, it never changes; reopening begins another."""

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
        # What time is to close.
        Index(
            "ix_quizzes_attempt_deadline",
            "deadline_at",
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
    # How far a learner has come who cannot go back.
    page: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime | None]
    # Whether time closed it, and not its learner.
    is_timed_out: Mapped[bool] = mapped_column(default=False)
    # The attempt that goes on in this one; it then does not count by itself, nor towards the limit.
    reopens_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes_attempt.id"), index=True)


class Slot(Base):
    """A place in an attempt, the question version drawn for it, and the order of its options."""

    __tablename__ = "quizzes_slot"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempt.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("questions_version.id"), index=True)
    # What the type's `prepare` fixed for this attempt, such as the order of the options.
    prepared: Mapped[dict[str, Any]]
    # From then on its answer is final, and the learner knows what was right.
    checked_at: Mapped[datetime | None]


class Answer(Base):
    """A fact: one save of one slot. Rows are only ever added.

    The client numbers its saves of a slot; `base` is the revision that it had last seen (0: none). The receipt
    (`revision`, `received_at`, `is_current`, `is_late`, `problem`) is what the client was told, and is told again.
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
    # Did it arrive after the deadline, or after the attempt had closed?
    is_late: Mapped[bool]
    # What the learner should mend, or why it does not count: {"text", "params"} of a message.
    problem: Mapped[dict[str, Any] | None]


class Grade(Base):
    """A fact: the attempt's score by the grading of that moment. The newest counts."""

    __tablename__ = "quizzes_grade"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quizzes_attempt.id"), index=True)
    # Between 0 and 1; both are None while a person has yet to mark an answer.
    score: Mapped[Decimal | None]
    passed: Mapped[bool | None]
    # {slot: fraction as text, or null}
    marks: Mapped[dict[str, Any]]
    # {slot: id of the question version} where the key of a newer version than the drawn one was used.
    versions: Mapped[dict[str, Any]]
    cause: Mapped[str] = mapped_column(String(16))
    graded_at: Mapped[datetime]


class Repair(Base):
    """A fact: what a trainer did for a learner or to an attempt, and why. Its kind says which columns are filled."""

    __tablename__ = "quizzes_repair"
    __table_args__ = (Index("ix_quizzes_repair_enrolment_id", "enrolment_id", "activity_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"))
    activity_key: Mapped[str] = mapped_column(String(64))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes_attempt.id"), index=True)
    slot: Mapped[int | None]
    # The late answer that counts from now on.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("quizzes_answer.id"), index=True)
    # What a person gave an answer, as a fraction.
    mark: Mapped[str | None] = mapped_column(String(32))
    # By how much the deadline moved.
    minutes: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(500))
    # None: the system itself.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    made_at: Mapped[datetime]
