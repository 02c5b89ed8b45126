"""The tables of people, their memberships, grants, tokens and failed sign-ins."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base


class Person(Base):
    """Somebody who can sign in, by user name or by e-mail address."""

    __tablename__ = "accounts_person"
    __table_args__ = (
        CheckConstraint("login IS NOT NULL OR email IS NOT NULL", name="can_be_addressed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # Both are kept case-folded; a login has no @, so that it can never be somebody's address.
    login: Mapped[str | None] = mapped_column(String(64), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    given_names: Mapped[str] = mapped_column(String(120))
    family_names: Mapped[str] = mapped_column(String(120))
    name_order: Mapped[str] = mapped_column(String(16))
    # The form that a certificate prints, once the person, an officer or an operator confirmed it.
    printed_name: Mapped[str | None] = mapped_column(String(250))
    language: Mapped[str | None] = mapped_column(String(16))
    email_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    # Raised to end every session of this person; each cookie holds the one it was made under.
    session_epoch: Mapped[int] = mapped_column(default=0)


class Membership(Base):
    """A person's place in an institution: a claim until it is confirmed."""

    __tablename__ = "accounts_membership"
    __table_args__ = (UniqueConstraint("person_id", "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"))
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions_institution.id"), index=True
    )
    claimed_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role that a person has at a scope. No scope_id means the whole site."""

    __tablename__ = "accounts_grant"
    __table_args__ = (
        Index("ix_accounts_grant_person_id", "person_id"),
        CheckConstraint("(scope_kind = 'site') = (scope_id IS NULL)", name="site_has_no_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"))
    role: Mapped[str] = mapped_column(String(32))
    scope_kind: Mapped[str] = mapped_column(String(32))
    scope_id: Mapped[int | None]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


class Token(Base):
    """A bearer token of the API; only its hash is kept."""

    __tablename__ = "accounts_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInFailure(Base):
    """One refused sign-in, for the limits; neither login nor address can be read from it."""

    __tablename__ = "accounts_sign_in_failure"
    __table_args__ = (
        Index("ix_accounts_sign_in_failure_account", "account_hash", "failed_at"),
        Index("ix_accounts_sign_in_failure_address", "address_hash", "failed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_hash: Mapped[str] = mapped_column(String(64))
    address_hash: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(index=True)
