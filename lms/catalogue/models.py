"""The tables of programmes, modules, their versions, lessons and files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Programme(Base):
    """A shelf of modules, such as MEPA."""

    __tablename__ = "catalogue_programme"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[Texts]
    summary: Mapped[Texts]
    # What its certificates show beside the issuer: [{"name", "title": {language: text}}], at most three.
    signatories: Mapped[list[dict[str, Any]]]
    # [{"sha256", "alt": {language: text}}], at most six; the pictures are `Logo`s.
    logos: Mapped[list[dict[str, Any]]]


class Logo(Base):
    """A partner's picture on certificates. It stays as long as a credential may name it: for good."""

    __tablename__ = "catalogue_logo"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Module(Base):
    """What people enrol in. All its content is in versions; the slug never changes."""

    __tablename__ = "catalogue_module"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("catalogue_programme.id"), index=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    # The newest published version, so that no page has to look for it.
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalogue_version.id", use_alter=True)
    )


class ModuleVersion(Base):
    """A module as it was published once. A published version never changes."""

    __tablename__ = "catalogue_version"
    __table_args__ = (UniqueConstraint("module_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("catalogue_module.id"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(16))
    title: Mapped[Texts]
    summary: Mapped[Texts]
    source_language: Mapped[str] = mapped_column(String(16))
    # The languages in which every activity can be taken.
    languages: Mapped[list[str]]
    # Slugs of the modules to complete before.
    prerequisites: Mapped[list[str]]
    # How many activities completion asks for.
    required_count: Mapped[int]
    # Sum of the activities', in minutes.
    minutes: Mapped[int]
    # For how many months a certificate holds; none: for good.
    valid_months: Mapped[int | None]
    # Whether who has read everything, and passed nothing, may have a certificate of participation.
    offers_participation: Mapped[bool] = mapped_column(default=False)
    # SHA-256 over the course files, to see that a load brings nothing new.
    files_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


class Section(Base):
    """A heading of a version's outline."""

    __tablename__ = "catalogue_section"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"))
    key: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    title: Mapped[Texts]


class Activity(Base):
    """One thing to do in a version. Its key stays the same from version to version."""

    __tablename__ = "catalogue_activity"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("catalogue_section.id"), index=True)
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    # Counted through the whole version, from 1.
    position: Mapped[int]
    title: Mapped[Texts]
    minutes: Mapped[int]
    is_required: Mapped[bool]
    # Keys of the activities that must be done before this one opens.
    after: Mapped[list[str]]


class LessonText(Base):
    """A lesson in one language: what the author wrote, and the HTML made of it at publication."""

    __tablename__ = "catalogue_lesson_text"
    __table_args__ = (UniqueConstraint("activity_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("catalogue_activity.id"))
    language: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(250))
    source: Mapped[str]
    html: Mapped[str]
    revision: Mapped[int]
    # The revision of the source text that this translation was made from; none for the source.
    translates: Mapped[int | None]
    # The translation lags behind its source.
    is_stale: Mapped[bool]


class CourseFile(Base):
    """A figure of a version. Small, so it lies beside the text and is saved with it."""

    __tablename__ = "catalogue_file"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("catalogue_version.id"))
    path: Mapped[str] = mapped_column(String(250))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    media_type: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
