"""Who may be given a temporary password on a slip of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from lms import institutions
from lms.accounts.models import Membership, Person, RoleGrant
from lms.accounts.queries.memberships import PATHS, is_within
from lms.accounts.selectables import person_names
from lms.core.db import Texts

NAMES = person_names.c
MOST_SLIPS = 100


@dataclass(frozen=True, slots=True)
class SlipCandidate:
    """Somebody who has never chosen a password; `has_slip` once one was printed."""

    person_id: int
    name: str
    login: str | None
    email: str | None
    institution: Texts
    has_slip: bool


def _may_have_slip(path: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions: a member today, without a password of their own, without any role, not closed."""
    return (
        Membership.person_id == Person.id,
        Membership.confirmed_at.is_not(None),
        Membership.refused_at.is_(None),
        Membership.ended_on.is_(None),
        PATHS.institution_id == Membership.institution_id,
        is_within(path),
        or_(Person.password_hash.is_(None), Person.must_change_password),
        Person.deactivated_at.is_(None),
        ~exists().where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None)),
    )


def list_slip_candidates(session: Session, path: str) -> list[SlipCandidate]:
    """Return those at and below the institution who may have a slip, who has none first, at most `MOST_SLIPS`."""
    rows = session.execute(
        select(
            Person.id,
            NAMES.name,
            Person.login,
            Person.email,
            PATHS.name.label("institution"),
            Person.password_hash.is_not(None).label("has_slip"),
        )
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .join(person_names, NAMES.person_id == Person.id)
        .where(*_may_have_slip(path))
        .order_by(Person.password_hash.is_not(None), PATHS.path, Person.folded_name, Person.id)
        .limit(MOST_SLIPS)
    )
    found = {
        row.id: SlipCandidate(
            row.id, row.name, row.login, row.email, row.institution, bool(row.has_slip)
        )
        for row in rows
    }
    return list(found.values())


def lock_slip_people(session: Session, path: str, person_ids: Sequence[int]) -> list[Person]:
    """Return those of the people who may have a slip, locked until the caller's work ends, in the order of names."""
    may_have = (
        select(Person.id)
        .select_from(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(institutions.institution_paths, PATHS.institution_id == Membership.institution_id)
        .where(*_may_have_slip(path))
    )
    found = session.scalars(
        select(Person)
        .where(Person.id.in_(person_ids), Person.id.in_(may_have))
        .order_by(Person.folded_name, Person.id)
        .with_for_update(of=Person)
    )
    return list(found)
