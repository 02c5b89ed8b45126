"""The tables of institutions."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Institution(Base):
    """A body or a branch of one. The whole is a tree; it holds no people."""

    __tablename__ = "institutions_institution"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey("institutions_institution.id"), index=True
    )
    # The ids from the root down to this one, as /1/7/; what begins alike lies below.
    path: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[Texts]
