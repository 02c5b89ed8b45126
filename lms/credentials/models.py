"""The tables of credentials: the fact, the holder's name apart, and the documents."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
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
    # How often the documents were asked for, so that a failure is tried again at growing intervals.
    tries: Mapped[int] = mapped_column(default=0)
    # Which rules decided: raised when what completion asks for changes.
    rules_version: Mapped[int]
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    # The last day on which it holds; none: for good.
    expires_on: Mapped[date | None]
    # [{"name", "title": {language: text}}] and [{"sha256", "alt": {language: text}}], as they were.
    signatories: Mapped[list[dict[str, Any]]]
    logos: Mapped[list[dict[str, Any]]]
    # The one that this one replaces, which no longer holds, and why (`SupersessionReason`).
    supersedes_id: Mapped[int | None] = mapped_column(
        ForeignKey("credentials_credential.id"), unique=True
    )
    supersession_reason: Mapped[str | None] = mapped_column(String(32))
    # The expiring one after which this one was earned anew; both stay what they are.
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("credentials_credential.id"))
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
    # Empty once the file was removed, after its holder's name was erased.
    storage_key: Mapped[str] = mapped_column(String(250))
    # The key that signed it.
    key_id: Mapped[str | None] = mapped_column(ForeignKey("credentials_key.id"))
    made_at: Mapped[datetime]


class Key(Base):
    """The public half of a signing key; it stays, so that what it signed can be checked for good.

    The private half lies in the folder that the settings name.
    """

    __tablename__ = "credentials_key"

    # The first 16 hexadecimal digits of the SHA-256 over the public key (SubjectPublicKeyInfo, DER).
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    # `KeyUse`: documents (EC P-256, X.509) or codes (Ed25519).
    use: Mapped[str] = mapped_column(String(16))
    # PEM: the certificate of a documents key, the public key of a codes key.
    public: Mapped[str]
    created_at: Mapped[datetime]
    # After it nothing new is signed; what was signed stays valid.
    not_after: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]


class Revocation(Base):
    """A fact: the credential was withdrawn, by whom, when and why."""

    __tablename__ = "credentials_revocation"

    credential_id: Mapped[int] = mapped_column(
        ForeignKey("credentials_credential.id"), primary_key=True
    )
    # `RevocationReason`: shown to anybody, in words of ours.
    reason: Mapped[str] = mapped_column(String(32))
    # For those who may revoke, and nobody else.
    note: Mapped[str] = mapped_column(String(1000))
    revoked_at: Mapped[datetime]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


class Correction(Base):
    """A holder's request that a certificate be issued anew with another name, and the answer to it."""

    __tablename__ = "credentials_correction"
    __table_args__ = (
        Index(
            "uq_credentials_correction_open",
            "credential_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credentials_credential.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    given_names: Mapped[str] = mapped_column(String(120))
    family_names: Mapped[str] = mapped_column(String(120))
    name_order: Mapped[str] = mapped_column(String(16))
    printed_name: Mapped[str] = mapped_column(String(250))
    reason: Mapped[str] = mapped_column(String(1000))
    asked_at: Mapped[datetime]
    # None: not yet answered. The credential that it led to supersedes the other.
    is_granted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


class Share(Base):
    """A holder's consent to show all certificates to whoever has the link, until a day."""

    __tablename__ = "credentials_share"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    # The unguessable part of the link. It opens nothing that does not lie beside it, so it is kept as it is, for its
    # owner to copy again.
    secret: Mapped[str] = mapped_column(String(32), unique=True)
    consented_at: Mapped[datetime]
    # The last day on which the link opens.
    ends_on: Mapped[date]
    withdrawn_at: Mapped[datetime | None]


class CredentialNumber(Base):
    """The last number given in a year; its row is locked while the next is taken."""

    __tablename__ = "credentials_number"

    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
