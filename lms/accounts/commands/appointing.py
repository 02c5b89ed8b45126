"""Appointing officers of institutions below one's own, and taking that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import policy, queries
from lms.accounts.errors import AlreadyOfficer, AlreadyTakenBack, NotAppointed
from lms.accounts.models import Membership, Person, RoleGrant
from lms.accounts.queries.appointments import scopes_above
from lms.accounts.queries.memberships import PATHS
from lms.core.errors import NotAllowed, NotFound
from lms.core.permissions import Actor, Role, ScopeKind


def appoint_officer(
    session: Session, actor: Actor, institution_id: int, person_id: int, *, now: datetime
) -> None:
    """Make a confirmed member of an institution, or of one below it, its officer.

    Raises `NotFound` where the actor is no officer of it or above it, `NotAllowed` at one's own institution (never
    sideways, never up) and for oneself, `NotAppointed` for anybody else than such a member, or `AlreadyOfficer`.
    """
    place = queries.get_managed(session, actor, institution_id)
    if not policy.may_appoint(actor, scopes_above(place.path), person_id):
        raise NotAllowed
    below = select(PATHS.institution_id).where(PATHS.path.startswith(place.path))
    member_id = session.scalar(
        select(Person.id).where(
            Person.id == person_id,
            Person.deactivated_at.is_(None),
            Person.id.in_(
                select(Membership.person_id).where(
                    Membership.institution_id.in_(below),
                    Membership.confirmed_at.is_not(None),
                    Membership.refused_at.is_(None),
                    Membership.ended_on.is_(None),
                )
            ),
        )
    )
    if member_id is None:
        raise NotAppointed
    grant = RoleGrant(
        person_id=member_id,
        role=Role.OFFICER,
        scope_kind=ScopeKind.INSTITUTION,
        scope_id=place.id,
        granted_at=now,
        granted_by_id=actor.person_id,
    )
    try:
        # Two clicks at once meet at the unique index.
        with session.begin_nested():
            session.add(grant)
    except IntegrityError as error:
        raise AlreadyOfficer from error


def take_back_appointment(
    session: Session, actor: Actor, institution_id: int, grant_id: int, *, now: datetime
) -> None:
    """End an appointment at an institution or below it, where the actor might have made it.

    Raises `NotFound`, `NotAllowed` (at one's own institution, and of oneself), or `AlreadyTakenBack`.
    """
    place = queries.get_managed(session, actor, institution_id)
    row = session.execute(
        select(RoleGrant, PATHS.path)
        .join(PATHS.path.table, PATHS.institution_id == RoleGrant.scope_id)
        .where(
            RoleGrant.id == grant_id,
            RoleGrant.role == Role.OFFICER,
            RoleGrant.scope_kind == ScopeKind.INSTITUTION,
            PATHS.path.startswith(place.path),
        )
        .with_for_update(of=RoleGrant)
    ).one_or_none()
    if row is None:
        raise NotFound
    grant: RoleGrant = row.RoleGrant
    if not policy.may_appoint(actor, scopes_above(row.path), grant.person_id):
        raise NotAllowed
    if grant.revoked_at is not None:
        raise AlreadyTakenBack(moment=grant.revoked_at)
    grant.revoked_at, grant.revoked_by_id = now, actor.person_id
