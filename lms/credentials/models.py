"""The tables of credentials: the fact, the holder's name apart, and the documents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, Texts


class Credential(Base):
    """What was achieved, frozen as it was at completion. It outlives module, person and files."""

    __tablename__ = "credentials_credential"
    __table_args__ = (UniqueConstraint("enrolment_id", "kind", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("learning_enrolment.id"))
    kind: Mapped[str] = mapped_column(String(32))
    # 1 for the first; a correction supersedes with the next.
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(32), unique=True)
    # 16 characters of Crockford's base 32, without the groups' hyphens.
    code: Mapped[str] = mapped_column(String(16), unique=True)
    module_slug: Mapped[str] = mapped_column(String(64))
    module_title: Mapped[Texts]
    programme_title: Mapped[Texts]
    minutes: Mapped[int]
    score: Mapped[Decimal | None]
    languages: Mapped[list[str]]
    institution_name: Mapped[Texts | None]
    issuer: Mapped[str] = mapped_column(String(250))
    is_specimen: Mapped[bool]
    # The job that makes the documents.
    job_id: Mapped[str | None] = mapped_column(String(36))
    # Which rules decided: raised when what completion asks for changes.
    rules_version: Mapped[int]
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    # SHA-256 over the salt and the printed name: proves the name while the holder's row exists.
    name_commitment: Mapped[str] = mapped_column(String(64))


class Holder(Base):
    """The name on a credential, apart, so that erasure removes it and leaves the fact."""

    __tablename__ = "credentials_holder"

    credential_id: Mapped[int] = mapped_column(
        ForeignKey("credentials_credential.id"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    printed_name: Mapped[str] = mapped_column(String(250))
    salt: Mapped[str] = mapped_column(String(64))


class Document(Base):
    """The file of a credential in one language: made once, never rendered anew."""

    __tablename__ = "credentials_document"

    credential_id: Mapped[int] = mapped_column(
        ForeignKey("credentials_credential.id"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    storage_key: Mapped[str] = mapped_column(String(250))
    made_at: Mapped[datetime]


class CredentialNumber(Base):
    """The last number given in a year; its row is locked while the next is taken."""

    __tablename__ = "credentials_number"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
