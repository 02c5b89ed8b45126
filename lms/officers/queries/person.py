"""One person of a place: what belongs to the subtree, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms import accounts, catalogue, credentials, institutions, learning
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.credentials import CredentialView
from lms.officers import policy
from lms.officers.domain import STUCK_AFTER, Way
from lms.officers.errors import NoSuchMember
from lms.officers.models import Reminder
from lms.officers.queries.people import NAMES, Stay, list_stays
from lms.officers.queries.places import (
    MODULES,
    PATHS,
    ModuleChoice,
    Place,
    get_place,
    list_module_choices,
    select_below,
)
from lms.officers.queries.standing import CREDENTIALS, OWNERS


@dataclass(frozen=True, slots=True)
class EnrolmentLine:
    """An enrolment that belongs to the subtree; `progress` is between 0 and 1."""

    id: int
    module_title: Texts
    source_language: str
    code: str
    institution: Texts
    done: int
    required: int
    way: Way
    enrolled_at: datetime
    completed_at: datetime | None
    reminded_at: datetime | None
    reminded_by: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What of one person belongs to the subtree."""

    place: Place
    id: int
    name: str
    stays: Sequence[Stay]
    is_there: bool
    enrolments: Sequence[EnrolmentLine]
    certificates: Sequence[CredentialView]
    may_enrol: bool
    may_remind: bool
    modules: Sequence[ModuleChoice]


def get_person(
    session: Session, actor: Actor, institution_id: int, person_id: int, *, now: datetime
) -> PersonPage:
    """Return a member, or who was one, with what belongs to the subtree and nothing else; seven queries.

    Raises `NoSuchInstitution`, `NoSuchMember` or `SignInRequired`.
    """
    place = get_place(session, actor, institution_id)
    stays = list_stays(session, place.path, [person_id])
    if not stays:
        raise NoSuchMember
    name = session.scalars(select(NAMES.name).where(NAMES.person_id == person_id)).one()
    today = now.date()
    enrolments = _list_enrolments(session, place, person_id, now=now)
    views: Sequence[CredentialView] = ()
    if policy.may_read_credentials(actor, place.scopes):
        ids = select(CREDENTIALS.credential_id).where(
            CREDENTIALS.person_id == person_id,
            CREDENTIALS.institution_id.in_(select_below(place.path)),
        )
        views = credentials.list_views(session, session.scalars(ids).all())
    is_member = any(stay.ended_on is None or stay.ended_on >= today for stay in stays)
    return PersonPage(
        place,
        person_id,
        name,
        stays,
        is_member,
        enrolments,
        views,
        is_member and policy.may_enrol(actor, place.scopes),
        is_member and policy.may_remind(actor, place.scopes),
        list_module_choices(session) if is_member else (),
    )


def _list_enrolments(
    session: Session, place: Place, person_id: int, *, now: datetime
) -> list[EnrolmentLine]:
    by = accounts.person_names.alias("reminded_by")
    newest = aliased(Reminder)
    number = (
        select(func.max(newest.number))
        .where(newest.enrolment_id == OWNERS.enrolment_id)
        .correlate(learning.enrolment_owners)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            OWNERS.enrolment_id,
            MODULES.title,
            MODULES.source_language,
            MODULES.code,
            PATHS.name,
            OWNERS.done_count,
            MODULES.required_count,
            OWNERS.progress,
            OWNERS.last_active_at,
            OWNERS.enrolled_at,
            OWNERS.completed_at,
            Reminder.sent_at,
            by.c.name.label("reminded_by"),
        )
        .select_from(learning.enrolment_owners)
        .join(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
        .join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id)
        .outerjoin(
            Reminder, (Reminder.enrolment_id == OWNERS.enrolment_id) & (Reminder.number == number)
        )
        .outerjoin(by, by.c.person_id == Reminder.sent_by_id)
        .where(
            OWNERS.person_id == person_id,
            OWNERS.institution_id.in_(select_below(place.path)),
            OWNERS.belongs,
        )
        .order_by(OWNERS.enrolment_id.desc())
    )
    return [
        EnrolmentLine(
            row.enrolment_id,
            row.title,
            row.source_language,
            row.code,
            row.name,
            row.done_count,
            row.required_count,
            Way(
                1,
                int(row.completed_at is not None),
                row.progress,
                row.last_active_at,
                has_begun=row.done_count > 0 or row.last_active_at > row.enrolled_at,
                is_stuck=row.completed_at is None and row.last_active_at < now - STUCK_AFTER,
            ),
            row.enrolled_at,
            row.completed_at,
            row.sent_at,
            row.reminded_by,
        )
        for row in rows
    ]
