"""The table of jobs: what each is about and whose it is. State, progress and error are dbos's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Job(Base):
    """A piece of background work that was asked for."""

    __tablename__ = "jobs_job"

    # The same as dbos's workflow.
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    # What it is about, without personal data: it is shown in lists and on terminals.
    subject: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts_person.id", ondelete="SET NULL"), index=True
    )
    # Two requests for the same work carry the same key, and are one job.
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
