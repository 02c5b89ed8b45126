"""The tables of people, their memberships, grants, tokens and failed sign-ins."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
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
    # Both parts without accents and capitals (`fold_name`), to look for and to compare.
    folded_name: Mapped[str] = mapped_column(String(250), index=True)
    # The form that a certificate prints, once the person confirmed it, or an officer corrected it.
    printed_name: Mapped[str | None] = mapped_column(String(250))
    language: Mapped[str | None] = mapped_column(String(16))
    email_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    # Raised to end every session of this person; each cookie holds the one it was made under.
    session_epoch: Mapped[int] = mapped_column(default=0)
    # The password was set by somebody else: it is good for nothing but being changed.
    must_change_password: Mapped[bool] = mapped_column(default=False)


class PersonalDetail(Base):
    """What a person may say of sex and age, apart from all else: for figures alone, and erasable."""

    __tablename__ = "accounts_personal_detail"

    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), primary_key=True)
    # `Sex` and `AgeBand`; none: not stated.
    sex: Mapped[str | None] = mapped_column(String(16))
    age_band: Mapped[str | None] = mapped_column(String(16))
    recorded_at: Mapped[datetime]
    # None: the person.
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


class Membership(Base):
    """A person's place in an institution, for the days that it lasts: a claim or an invitation until it is confirmed.

    A claim of the person's own is confirmed by an officer, an officer's invitation by the person. Who comes back
    has a new row; of those that are neither ended nor refused there is one.
    """

    __tablename__ = "accounts_membership"
    __table_args__ = (
        Index(
            "uq_accounts_membership_open",
            "person_id",
            "institution_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL AND refused_at IS NULL"),
            postgresql_where=text("ended_on IS NULL AND refused_at IS NULL"),
        ),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_its_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"), index=True)
    institution_id: Mapped[int] = mapped_column(
        ForeignKey("institutions_institution.id"), index=True
    )
    # Key of the member type whose seat the person has in a branch, if any.
    member_type: Mapped[str | None] = mapped_column(String(64))
    # First and last day, both included; neither lies in the future when it is recorded.
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    # `moved` or `left`.
    end_reason: Mapped[str | None] = mapped_column(String(16))
    claimed_at: Mapped[datetime]
    # The officer who invited the person; none: the person claims it.
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    # The address or user name that the officer typed: all that is shown of the account until it accepts.
    invited_as: Mapped[str | None] = mapped_column(String(254))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    refused_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


class RoleGrant(Base):
    """A role that a person has at a scope. No scope_id means the whole site."""

    __tablename__ = "accounts_grant"
    __table_args__ = (
        Index("ix_accounts_grant_person_id", "person_id"),
        Index(
            "uq_accounts_grant_in_force",
            "person_id",
            "role",
            "scope_kind",
            "scope_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        CheckConstraint("(scope_kind = 'site') = (scope_id IS NULL)", name="site_has_no_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("accounts_person.id"))
    role: Mapped[str] = mapped_column(String(32))
    scope_kind: Mapped[str] = mapped_column(String(32))
    scope_id: Mapped[int | None]
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts_person.id"))


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
