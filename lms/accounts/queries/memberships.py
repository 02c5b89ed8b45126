"""Who belongs where: one's own memberships, and what an officer reads of the people of an institution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import Session

from lms import institutions
from lms.accounts import policy
from lms.accounts.domain import Days, MembershipState, Place, fold_name, judge_membership
from lms.accounts.errors import NoSuchMembership, UnfitPlace
from lms.accounts.models import Membership, Person
from lms.accounts.selectables import person_names
from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor

PATHS = institutions.institution_paths.c
TYPES = institutions.member_types.c
NAMES = person_names.c
MOST_FOUND = 20
MOST_PENDING = 200


@dataclass(frozen=True, slots=True)
class ManagedInstitution:
    """An institution whose people the actor manages, with those of all below it."""

    id: int
    key: str
    path: str
    name: Texts
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class InstitutionChoice:
    """An institution that can be chosen, with the names of those above it, the topmost first."""

    id: int
    names: tuple[Texts, ...]


@dataclass(frozen=True, slots=True)
class MyMembership:
    """A row of one's own, and how it stands."""

    id: int
    institution_id: int
    institution: Texts
    member_type: Texts | None
    state: MembershipState
    days: Days
    end_reason: str | None
    claimed_at: datetime
    is_invitation: bool
    # Refused by the person, not to the person.
    is_own_refusal: bool


@dataclass(frozen=True, slots=True)
class PendingRow:
    """A claim with the claimer's name, or an invitation with nothing but what the officer had typed."""

    id: int
    name: str
    is_invitation: bool
    institution_id: int
    institution: Texts
    member_type: str | None
    started_on: date
    claimed_at: datetime
    invited_by: str | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A confirmed membership, as an officer manages it."""

    id: int
    person_id: int
    name: str
    login: str | None
    email: str | None
    institution_id: int
    institution: Texts
    institution_path: str
    member_type: str | None
    days: Days
    end_reason: str | None
    confirmed_at: datetime
    confirmed_by: str | None


def get_managed(session: Session, actor: Actor, institution_id: int) -> ManagedInstitution:
    """Return the institution if the actor manages its people; raises `NotFound`, or `SignInRequired`."""
    actor.require_somebody()
    row = session.execute(
        select(PATHS.institution_id, PATHS.key, PATHS.path, PATHS.name, PATHS.closed_on).where(
            PATHS.institution_id == institution_id
        )
    ).one_or_none()
    if row is None or not policy.may_manage_members(actor, institutions.list_scopes(row.path)):
        raise NotFound
    return ManagedInstitution(*row)


def is_within(path: str) -> ColumnElement[bool]:
    """Return the condition that an institution lies at or below the one with that path."""
    return PATHS.path.startswith(path)


def list_places(session: Session, path: str, *, today: date) -> list[Place]:
    """Return the institution with that path and all below it, in the order of the tree; `/` is the whole tree."""
    rows = session.execute(
        select(PATHS.institution_id, PATHS.key, PATHS.name, PATHS.closed_on)
        .where(is_within(path))
        .order_by(PATHS.path)
    )
    return [
        Place(row.institution_id, row.key, row.name, row.closed_on is not None and row.closed_on < today)
        for row in rows
    ]  # fmt: skip


def get_place_id(session: Session, key: str, *, today: date) -> int:
    """Return the id of the institution with that key; raises `UnfitPlace`. For the command line."""
    places = list_places(session, "/", today=today)
    found = next((place.id for place in places if place.key == key), None)
    if found is None:
        raise UnfitPlace({"institution": Message(N_("There is no institution with this key."))})
    return found


def list_member_types(session: Session) -> dict[str, Texts]:
    """Return the member types: key → name in each language."""
    rows = session.execute(select(TYPES.key, TYPES.name).order_by(TYPES.key))
    return {row.key: row.name for row in rows}


def find_institutions(session: Session, text: str, *, today: date) -> list[InstitutionChoice]:
    """Return the open institutions whose name has all the words, accents ignored. The tree is no secret."""
    words = fold_name(text).split()
    if not words:
        return []
    rows = {
        row.institution_id: row
        for row in session.execute(
            select(PATHS.institution_id, PATHS.path, PATHS.name, PATHS.closed_on).order_by(PATHS.path)
        )
    }  # fmt: skip
    found = [
        row
        for row in rows.values()
        if (row.closed_on is None or row.closed_on >= today)
        and any(all(word in fold_name(name) for word in words) for name in row.name.values())
    ]
    return [
        InstitutionChoice(
            row.institution_id,
            tuple(rows[int(id)].name for id in row.path.split("/") if id and int(id) in rows),
        )
        for row in found[:MOST_FOUND]
    ]


def get_institution_names(session: Session, ids: Sequence[int]) -> dict[int, Texts]:
    """Return the names of institutions by id."""
    if not ids:
        return {}
    rows = session.execute(
        select(PATHS.institution_id, PATHS.name).where(PATHS.institution_id.in_(ids))
    )
    return {row.institution_id: row.name for row in rows}


def list_my_memberships(session: Session, actor: Actor) -> list[MyMembership]:
    """Return the actor's rows, the newest first."""
    person_id = actor.require_person()
    rows = session.execute(
        select(Membership, PATHS.name, TYPES.name.label("type_name"))
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .outerjoin(institutions.member_types, TYPES.key == Membership.member_type)
        .where(Membership.person_id == person_id)
        .order_by(Membership.started_on.desc(), Membership.id.desc())
    )
    return [
        MyMembership(
            one.id,
            one.institution_id,
            name,
            type_name,
            state_of(one),
            Days(one.started_on, one.ended_on),
            one.end_reason,
            one.claimed_at,
            one.invited_by_id is not None,
            one.refused_by_id == person_id,
        )
        for one, name, type_name in rows
    ]


def state_of(membership: Membership) -> MembershipState:
    """Return where a row stands."""
    return judge_membership(
        is_invitation=membership.invited_by_id is not None,
        is_confirmed=membership.confirmed_at is not None,
        is_refused=membership.refused_at is not None,
        is_ended=membership.ended_on is not None,
    )


def _is_pending() -> tuple[ColumnElement[bool], ...]:
    return (
        Membership.confirmed_at.is_(None),
        Membership.refused_at.is_(None),
        Membership.ended_on.is_(None),
    )


def list_pending(session: Session, actor: Actor, path: str) -> list[PendingRow]:
    """Return the claims and invitations at and below the institution with that path, the oldest first.

    The caller has asked `get_managed` for it. Of an invitation, nothing of the account is returned.
    """
    inviter = person_names.alias("inviter")
    is_invitation = Membership.invited_by_id.is_not(None)
    rows = session.execute(
        select(
            Membership.id,
            case((is_invitation, Membership.invited_as), else_=NAMES.name).label("name"),
            is_invitation.label("is_invitation"),
            Membership.institution_id,
            PATHS.name.label("institution"),
            Membership.member_type,
            Membership.started_on,
            Membership.claimed_at,
            inviter.c.name.label("invited_by"),
            (Membership.person_id == actor.person_id).label("is_own"),
        )
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .join(person_names, NAMES.person_id == Membership.person_id)
        .outerjoin(inviter, inviter.c.person_id == Membership.invited_by_id)
        .where(is_within(path), *_is_pending())
        .order_by(Membership.claimed_at, Membership.id)
        .limit(MOST_PENDING)
    )
    return [PendingRow(**{**row._mapping, "is_own": bool(row.is_own)}) for row in rows]


def get_member(session: Session, actor: Actor, path: str, membership_id: int) -> MemberRow:
    """Return a confirmed membership at or below the institution with that path; raises `NoSuchMembership`."""
    confirmer = person_names.alias("confirmer")
    row = session.execute(
        select(
            Membership,
            NAMES.name,
            NAMES.login,
            NAMES.email,
            PATHS.name.label("institution"),
            PATHS.path,
            confirmer.c.name.label("confirmed_by"),
        )
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .join(person_names, NAMES.person_id == Membership.person_id)
        .outerjoin(confirmer, confirmer.c.person_id == Membership.confirmed_by_id)
        .where(
            Membership.id == membership_id,
            is_within(path),
            Membership.confirmed_at.is_not(None),
            Membership.refused_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NoSuchMembership
    one = row.Membership
    return MemberRow(
        one.id,
        one.person_id,
        row.name,
        row.login,
        row.email,
        one.institution_id,
        row.institution,
        row.path,
        one.member_type,
        Days(one.started_on, one.ended_on),
        one.end_reason,
        one.confirmed_at,
        row.confirmed_by,
    )


def lock_membership(
    session: Session, membership_id: int, *conditions: ColumnElement[bool]
) -> Membership:
    """Return the row, locked until the caller's work ends; raises `NoSuchMembership` where a condition fails."""
    wanted: Select[Any] = select(Membership).where(Membership.id == membership_id, *conditions)
    found: Membership | None = session.scalar(
        wanted.with_for_update(of=Membership).execution_options(populate_existing=True)
    )
    if found is None:
        raise NoSuchMembership
    return found


def find_written_name(session: Session, person_id: int | None) -> str:
    """Return how somebody is called, or '' for nobody in particular."""
    name = session.scalar(select(NAMES.name).where(NAMES.person_id == person_id))
    return name or ""


def list_days_at(session: Session, person_id: int, institution_id: int) -> list[Days]:
    """Return the days of a person's rows at an institution that were not refused, locking out nobody."""
    rows = session.execute(
        select(Membership.started_on, Membership.ended_on).where(
            Membership.person_id == person_id,
            Membership.institution_id == institution_id,
            Membership.refused_at.is_(None),
        )
    )
    return [Days(row.started_on, row.ended_on) for row in rows]


def find_account(session: Session, login: str) -> int | None:
    """Return whose exact address or user name it is, if the account is open."""
    return session.scalar(
        select(Person.id).where(
            (Person.email == login) | (Person.login == login), Person.deactivated_at.is_(None)
        )
    )
