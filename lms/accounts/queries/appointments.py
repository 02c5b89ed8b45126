"""Who is, and who was, an officer of an institution and of those below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import institutions
from lms.accounts import policy
from lms.accounts.domain import fold_name
from lms.accounts.models import Membership, Person, RoleGrant
from lms.accounts.queries.memberships import PATHS, ManagedInstitution, is_within
from lms.accounts.selectables import person_names
from lms.core.db import Texts
from lms.core.permissions import Actor, Role, Scope, ScopeKind

NAMES = person_names.c
MOST_APPOINTEES = 20


@dataclass(frozen=True, slots=True)
class OfficerGrant:
    """An appointment in force or taken back; who gave and took it, '' for the system."""

    id: int
    person_id: int
    name: str
    institution_id: int
    institution: Texts
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None
    revoked_by: str
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Appointee:
    """A confirmed member of the place or of one below it."""

    person_id: int
    name: str
    institution: Texts


def scopes_above(path: str) -> list[Scope]:
    """Return the scopes of the institutions strictly above the one with that path."""
    return institutions.list_scopes(path)[:-1]


def may_appoint_at(actor: Actor, place: ManagedInstitution) -> bool:
    """Return whether the actor may appoint somebody else at an institution, for a page to show the form."""
    return policy.may_appoint(actor, scopes_above(place.path), None)


def list_officers(session: Session, actor: Actor, place: ManagedInstitution) -> list[OfficerGrant]:
    """Return every appointment at the institution and below it: those in force first, in the order of the tree.

    The caller has asked `get_managed` for the place.
    """
    giver, taker = person_names.alias("giver"), person_names.alias("taker")
    rows = session.execute(
        select(
            RoleGrant.id,
            RoleGrant.person_id,
            NAMES.name,
            PATHS.institution_id,
            PATHS.path,
            PATHS.name.label("institution"),
            RoleGrant.granted_at,
            giver.c.name.label("granted_by"),
            RoleGrant.revoked_at,
            taker.c.name.label("revoked_by"),
        )
        .join(institutions.institution_paths, PATHS.institution_id == RoleGrant.scope_id)
        .join(person_names, NAMES.person_id == RoleGrant.person_id)
        .outerjoin(giver, giver.c.person_id == RoleGrant.granted_by_id)
        .outerjoin(taker, taker.c.person_id == RoleGrant.revoked_by_id)
        .where(
            RoleGrant.role == Role.OFFICER,
            RoleGrant.scope_kind == ScopeKind.INSTITUTION,
            is_within(place.path),
        )
        .order_by(
            RoleGrant.revoked_at.is_not(None),
            RoleGrant.revoked_at.desc(),
            PATHS.path,
            RoleGrant.granted_at,
            RoleGrant.id,
        )
    )
    return [
        OfficerGrant(
            row.id,
            row.person_id,
            row.name,
            row.institution_id,
            row.institution,
            row.granted_at,
            row.granted_by or "",
            row.revoked_at,
            row.revoked_by or "",
            row.revoked_at is None
            and policy.may_appoint(actor, scopes_above(row.path), row.person_id),
        )
        for row in rows
    ]


def find_appointees(session: Session, place: ManagedInstitution, text: str) -> list[Appointee]:
    """Return the members of the institution and of all below it whose name has all the words, accents ignored.

    At most one more than `MOST_APPOINTEES`. The caller has asked `get_managed` for the place.
    """
    words = fold_name(text).split()
    if not words:
        return []
    rows = session.execute(
        select(Person.id, NAMES.name, PATHS.name.label("institution"))
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .join(person_names, NAMES.person_id == Person.id)
        .where(
            Membership.confirmed_at.is_not(None),
            Membership.refused_at.is_(None),
            Membership.ended_on.is_(None),
            Person.deactivated_at.is_(None),
            is_within(place.path),
            *(Person.folded_name.contains(word, autoescape=True) for word in words),
        )
        .order_by(Person.folded_name, Person.id, PATHS.path)
        .limit(2 * MOST_APPOINTEES)
    )
    found = {row.id: Appointee(row.id, row.name, row.institution) for row in rows}
    return list(found.values())[: MOST_APPOINTEES + 1]
