"""Members and certificates as programs read them: everything, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import accounts, credentials, institutions, learning
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.credentials import CredentialView
from lms.officers import policy
from lms.officers.errors import NoSuchInstitution
from lms.officers.queries.people import NAMES
from lms.officers.queries.places import MEMBERS, PATHS, get_place, select_below
from lms.officers.queries.standing import CREDENTIALS, OWNERS


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A confirmed membership in the subtree; both days are included."""

    id: int
    person_id: int
    given_names: str
    family_names: str
    name: str
    institution_id: int
    institution: Texts
    member_type: str | None
    started_on: date
    ended_on: date | None
    # How many enrolments of the person belong to the subtree.
    enrolments: int


def list_members(
    session: Session, actor: Actor, institution_id: int, *, before_id: int | None, limit: int
) -> list[MemberRecord]:
    """Return the confirmed memberships in the subtree, the newest first, those that ended, too; two queries.

    Raises `NoSuchInstitution` or `SignInRequired`.
    """
    place = get_place(session, actor, institution_id)
    enrolments = (
        select(func.count())
        .select_from(learning.enrolment_owners)
        .where(
            OWNERS.person_id == MEMBERS.person_id,
            OWNERS.institution_id.in_(select_below(place.path)),
            OWNERS.belongs,
        )
        .correlate(accounts.confirmed_memberships)
        .scalar_subquery()
    )
    query = (
        select(
            MEMBERS.membership_id,
            MEMBERS.person_id,
            NAMES.given_names,
            NAMES.family_names,
            NAMES.name,
            MEMBERS.institution_id,
            PATHS.name,
            MEMBERS.member_type,
            MEMBERS.started_on,
            MEMBERS.ended_on,
            enrolments,
        )
        .select_from(accounts.confirmed_memberships)
        .join(accounts.person_names, NAMES.person_id == MEMBERS.person_id)
        .join(institutions.institution_paths, PATHS.institution_id == MEMBERS.institution_id)
        .where(PATHS.path.startswith(place.path, autoescape=True))
        .order_by(MEMBERS.membership_id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(MEMBERS.membership_id < before_id)
    return [MemberRecord(*row) for row in session.execute(query)]


def list_institution_credentials(
    session: Session, actor: Actor, institution_id: int, *, before_id: int | None, limit: int
) -> list[CredentialView]:
    """Return the credentials that belong to the subtree, the newest first: of who was theirs at the time.

    Four queries. Raises `NoSuchInstitution` or `SignInRequired`.
    """
    place = get_place(session, actor, institution_id)
    if not policy.may_read_credentials(actor, place.scopes):
        raise NoSuchInstitution
    query = (
        select(CREDENTIALS.credential_id)
        .where(CREDENTIALS.institution_id.in_(select_below(place.path)))
        .order_by(CREDENTIALS.credential_id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(CREDENTIALS.credential_id < before_id)
    return credentials.list_views(session, session.scalars(query).all())
