"""Enrolling members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import learning
from lms.core.errors import NotAllowed
from lms.core.i18n import Message
from lms.core.permissions import Actor
from lms.officers import policy, queries
from lms.officers.commands.choosing import require_chosen
from lms.officers.errors import NoModuleChosen
from lms.officers.queries import ChosenPerson


@dataclass(frozen=True, slots=True)
class EnrolReport:
    """What became of each person who was chosen, by name."""

    enrolled: Sequence[ChosenPerson]
    already: Sequence[ChosenPerson]
    # Enrolled by themselves or by another institution, so that the desk sees nothing of it.
    elsewhere: Sequence[ChosenPerson]
    # And which modules come first.
    refused: Sequence[tuple[ChosenPerson, Message]]
    gone: Sequence[ChosenPerson]


def enrol_people(
    session: Session,
    actor: Actor,
    institution_id: int,
    person_ids: Collection[int],
    slug: str,
    edition_key: str | None = None,
    *,
    language: str,
    now: datetime,
) -> EnrolReport:
    """Enrol each who can be, in the name of the institution below the place of which the person is a member.

    Who is enrolled already, has left, or lacks what comes first is told, and hinders nobody else. Raises
    `NoSuchInstitution`, `NoSuchMember`, `NotAllowed`, `NobodyChosen`, `TooManyChosen`, `NoModuleChosen` and
    `NotFound` for a module or edition that there is not.
    """
    place = queries.get_place(session, actor, institution_id)
    if not policy.may_enrol(actor, place.scopes):
        raise NotAllowed
    require_chosen(person_ids)
    if not slug:
        raise NoModuleChosen
    enrolled, known, refused, gone = [], [], [], []
    for person in queries.list_chosen(session, place, person_ids, now=now):
        if person.institution_id is None:
            gone.append(person)
            continue
        try:
            enrolment = learning.enrol_member(
                session, actor, person.id, person.institution_id, slug, edition_key,
                language=language, now=now,
            )  # fmt: skip
        except learning.PrerequisitesMissing as refusal:
            refused.append((person, refusal.message))
            continue
        if enrolment.is_new:
            enrolled.append(person)
        else:
            known.append((person, enrolment.id))
    ours = queries.find_belonging(session, place, [id for _, id in known])
    return EnrolReport(
        enrolled,
        [person for person, id in known if id in ours],
        [person for person, id in known if id not in ours],
        refused,
        gone,
    )
