"""The tables of editions, enrolments, results and progress."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Edition(Base):
    """A run of a module. The open one, with no dates, is self-paced and always there."""

    __tablename__ = "learning_edition"
    __table_args__ = (UniqueConstraint("module_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("catalogue_module.id"))
    key: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    time_zone: Mapped[str] = mapped_column(String(64))


class Enrolment(Base):
    """A person's way through an edition; a person may enrol again, under the next number.

    `progress` and `done_count` are kept in the transaction that changes them; `revision` rises with them.
    """

    __tablename__ = "learning_enrolment"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id", "number"),
        Index("ix_learning_enrolment_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("learning_edition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"))
    number: Mapped[int]
    # The institution at the time of enrolling, confirmed or claimed; see `belongs` in selectables.
    institution_id: Mapped[int | None] = mapped_column(
        ForeignKey("institutions_institution.id"), index=True
    )
    enrolled_at: Mapped[datetime]
    # When the learner last did something in it that was recorded.
    last_active_at: Mapped[datetime]
    # Required activities that are done, and the share they make of those there are.
    done_count: Mapped[int] = mapped_column(default=0)
    progress: Mapped[Decimal] = mapped_column(default=Decimal(0))
    revision: Mapped[int] = mapped_column(default=0)
    # Never withdrawn, and judged by the version that was current then.
    completed_at: Mapped[datetime | None]
    # The day of it in UTC, to compare with the days of a membership.
    completed_on: Mapped[date | None]
    # Between 0 and 1, as it was then; none where nothing was marked.
    completed_score: Mapped[Decimal | None]
    completed_version_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_version.id"))


class Result(Base):
    """A fact: what came of one activity at one moment. Rows are only ever added."""

    __tablename__ = "learning_result"
    __table_args__ = (Index("ix_learning_result_enrolment_id", "enrolment_id", "activity_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"))
    activity_key: Mapped[str] = mapped_column(String(64))
    passed: Mapped[bool]
    score: Mapped[Decimal | None]
    recorded_at: Mapped[datetime]


class ActivityProgress(Base):
    """Where an enrolment stands in one activity: done once it was, with the score that its room gave last."""

    __tablename__ = "learning_progress"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"), primary_key=True)
    activity_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    score: Mapped[Decimal | None]
    # The learner is not to know the score yet, nor that it fails.
    is_score_hidden: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]
