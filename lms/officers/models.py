"""The tables of an institution's desk: uploaded lists of people, reminders, downloads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Upload(Base):
    """A list of people that an officer uploaded, kept until it is applied or a day has passed."""

    __tablename__ = "officers_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institutions_institution.id"))
    filename: Mapped[str] = mapped_column(String(250))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(index=True)


class Reminder(Base):
    """A fact: somebody was reminded of an enrolment. Two that are sent at once meet at the unique number."""

    __tablename__ = "officers_reminder"
    __table_args__ = (UniqueConstraint("enrolment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"))
    # Which of the enrolment's reminders it is, from 1.
    number: Mapped[int]
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    # The learner does not want to see it any more.
    dismissed_at: Mapped[datetime | None]


class Bundle(Base):
    """A download of an institution's certificates: what was chosen, and the job that makes it."""

    __tablename__ = "officers_bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs_job.id"), unique=True)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True
    )
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions_institution.id"), index=True
    )
    # `BundleChoice` as JSON.
    choice: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    # Its files are gone: it was cancelled, or its time was over.
    removed_at: Mapped[datetime | None]
