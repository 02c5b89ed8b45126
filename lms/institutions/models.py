"""The tables of zones, institutions, and the seats of a branch."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Zone(Base):
    """A place in the tree of places: country, region, cercle, commune; an embassy abroad."""

    __tablename__ = "institutions_zone"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("institutions_zone.id"), index=True)
    # As an institution's.
    path: Mapped[str] = mapped_column(String(255), index=True)
    # `ZoneKind`.
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[Texts]


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
    # `InstitutionKind`.
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[Texts]
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("institutions_zone.id"), index=True)
    # The last day on which it took anybody in; what has a history is closed, never deleted.
    closed_on: Mapped[date | None]


class MemberType(Base):
    """Whom a seat is for: a public authority, a party, civil society."""

    __tablename__ = "institutions_member_type"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[Texts]


class Seat(Base):
    """How many seats of one type an institution has."""

    __tablename__ = "institutions_seat"
    __table_args__ = (CheckConstraint("count > 0", name="is_there"),)

    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions_institution.id"), primary_key=True
    )
    member_type_id: Mapped[int] = mapped_column(
        ForeignKey("institutions_member_type.id"), primary_key=True
    )
    count: Mapped[int]
