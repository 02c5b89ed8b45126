"""The people whom an officer chose for an action, and the reminders of their enrolments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms import accounts, catalogue, institutions, learning
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.officers.errors import NoSuchMember
from lms.officers.models import Reminder
from lms.officers.queries.people import NAMES, list_stays
from lms.officers.queries.places import MODULES, PATHS, Place, select_below
from lms.officers.queries.standing import OWNERS


@dataclass(frozen=True, slots=True)
class ChosenPerson:
    """Somebody known at the place; `institution_id` is where in the subtree, None for who has left it."""

    id: int
    name: str
    institution_id: int | None


@dataclass(frozen=True, slots=True)
class OpenEnrolment:
    """An enrolment that belongs to the subtree and is not complete, with its last reminder."""

    id: int
    person_id: int
    module_title: Texts
    source_language: str
    reminders: int
    reminded_at: datetime | None
    reminded_by: str | None


@dataclass(frozen=True, slots=True)
class WaitingReminder:
    """A reminder that its learner has neither followed nor put away."""

    id: int
    enrolment_id: int
    sent_at: datetime
    institution: Texts
    module_title: Texts
    source_language: str


def list_chosen(
    session: Session, place: Place, ids: Collection[int], *, now: datetime
) -> list[ChosenPerson]:
    """Return these people by name; raises `NoSuchMember` if one of them was never confirmed below the place.

    Two queries. For this room's commands.
    """
    there: dict[int, int | None] = {}
    for stay in list_stays(session, place.path, ids):
        # The newest first: who is in two places is enrolled in the name of the one that came last.
        is_current = stay.ended_on is None or stay.ended_on >= now.date()
        if there.get(stay.person_id) is None:
            there[stay.person_id] = stay.institution_id if is_current else None
    if set(ids) - set(there):
        raise NoSuchMember
    rows = session.execute(
        select(NAMES.person_id, NAMES.name)
        .where(NAMES.person_id.in_(ids))
        .order_by(NAMES.folded_name, NAMES.person_id)
    )
    return [ChosenPerson(id, name, there[id]) for id, name in rows]


def find_belonging(session: Session, place: Place, enrolment_ids: Collection[int]) -> set[int]:
    """Return those of the enrolments that belong to the subtree; one query. For this room's commands."""
    return set(
        session.scalars(
            select(OWNERS.enrolment_id).where(
                OWNERS.enrolment_id.in_(enrolment_ids),
                OWNERS.institution_id.in_(select_below(place.path)),
                OWNERS.belongs,
            )
        )
    )


def list_open_enrolments(
    session: Session, place: Place, person_ids: Collection[int], module_id: int | None
) -> Sequence[OpenEnrolment]:
    """Return what these people have not completed, of one module or of all; one query. For this room's commands."""
    by = accounts.person_names.alias("reminded_by")
    newest = aliased(Reminder)
    number = (
        select(func.max(newest.number))
        .where(newest.enrolment_id == OWNERS.enrolment_id)
        .correlate(learning.enrolment_owners)
        .scalar_subquery()
    )
    query = (
        select(
            OWNERS.enrolment_id,
            OWNERS.person_id,
            MODULES.title,
            MODULES.source_language,
            func.coalesce(Reminder.number, 0),
            Reminder.sent_at,
            by.c.name,
        )
        .select_from(learning.enrolment_owners)
        .join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id)
        .outerjoin(
            Reminder, (Reminder.enrolment_id == OWNERS.enrolment_id) & (Reminder.number == number)
        )
        .outerjoin(by, by.c.person_id == Reminder.sent_by_id)
        .where(
            OWNERS.person_id.in_(person_ids),
            OWNERS.completed_at.is_(None),
            OWNERS.institution_id.in_(select_below(place.path)),
            OWNERS.belongs,
        )
        .order_by(OWNERS.enrolment_id)
    )
    if module_id is not None:
        query = query.where(OWNERS.module_id == module_id)
    return [OpenEnrolment(*row) for row in session.execute(query)]


def list_waiting_reminders(session: Session, actor: Actor) -> list[WaitingReminder]:
    """Return what institutions ask of the actor: the last reminder of each enrolment, until the actor did something.

    One query.
    """
    newer = aliased(Reminder)
    rows = session.execute(
        select(
            Reminder.id,
            Reminder.enrolment_id,
            Reminder.sent_at,
            PATHS.name,
            MODULES.title,
            MODULES.source_language,
        )
        .join(learning.enrolment_owners, OWNERS.enrolment_id == Reminder.enrolment_id)
        .join(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
        .join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id)
        .where(
            OWNERS.person_id == actor.require_person(),
            OWNERS.belongs,
            OWNERS.completed_at.is_(None),
            OWNERS.last_active_at <= Reminder.sent_at,
            Reminder.dismissed_at.is_(None),
            ~select(newer.id)
            .where(newer.enrolment_id == Reminder.enrolment_id, newer.number > Reminder.number)
            .exists(),
        )
        .order_by(Reminder.id)
    )
    return [WaitingReminder(*row) for row in rows]


def find_owner_id(session: Session, reminder_id: int) -> int | None:
    """Return whom a reminder is for; one query. For this room's commands."""
    return session.scalar(
        select(OWNERS.person_id)
        .join(Reminder, Reminder.enrolment_id == OWNERS.enrolment_id)
        .where(Reminder.id == reminder_id)
    )
