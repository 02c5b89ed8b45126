"""Reminding members of what they have not finished."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import catalogue
from lms.core.errors import NotAllowed, NotFound
from lms.core.permissions import Actor
from lms.officers import policy, queries
from lms.officers.commands.choosing import require_chosen
from lms.officers.domain import may_remind_again
from lms.officers.models import Reminder
from lms.officers.queries import ChosenPerson, OpenEnrolment


@dataclass(frozen=True, slots=True)
class RemindReport:
    """What became of each person who was chosen, by name; one person may be in two of the lists."""

    reminded: Sequence[tuple[ChosenPerson, OpenEnrolment]]
    # Reminded not long ago; the enrolment says by whom and when.
    recent: Sequence[tuple[ChosenPerson, OpenEnrolment]]
    # Not enrolled, or with nothing left to do.
    idle: Sequence[ChosenPerson]
    gone: Sequence[ChosenPerson]


def remind_people(
    session: Session,
    actor: Actor,
    institution_id: int,
    person_ids: Collection[int],
    module_slug: str = "",
    *,
    now: datetime,
) -> RemindReport:
    """Remind each of what is not finished, of one module or of all; of one enrolment at most once in seven days.

    The learner reads it on the dashboard. This is the one place from which a letter will be sent, too. Raises
    `NoSuchInstitution`, `NoSuchMember`, `NotAllowed`, `NobodyChosen`, `TooManyChosen`, and `NotFound` for a module
    that there is not.
    """
    place = queries.get_place(session, actor, institution_id)
    if not policy.may_remind(actor, place.scopes):
        raise NotAllowed
    require_chosen(person_ids)
    module_id = None
    if module_slug:
        module_id = catalogue.get_outline_by_slug(session, module_slug).module_id
    chosen = queries.list_chosen(session, place, person_ids, now=now)
    present = {person.id: person for person in chosen if person.institution_id is not None}
    reminded, recent = [], []
    for enrolment in queries.list_open_enrolments(session, place, present, module_id):
        person = present[enrolment.person_id]
        if may_remind_again(enrolment.reminded_at, now) and _remind(
            session, actor, enrolment, now=now
        ):
            reminded.append((person, enrolment))
        else:
            recent.append((person, enrolment))
    busy = {person.id for person, _ in (*reminded, *recent)}
    return RemindReport(
        reminded,
        recent,
        [person for person in present.values() if person.id not in busy],
        [person for person in chosen if person.institution_id is None],
    )


def _remind(session: Session, actor: Actor, enrolment: OpenEnrolment, *, now: datetime) -> bool:
    """Add the enrolment's next reminder, and return whether nobody was quicker."""
    reminder = Reminder(
        enrolment_id=enrolment.id,
        number=enrolment.reminders + 1,
        sent_at=now,
        sent_by_id=actor.person_id,
    )
    try:
        # Two clicks at once meet at the unique number.
        with session.begin_nested():
            session.add(reminder)
    except IntegrityError:
        return False
    return True


def dismiss_reminder(session: Session, actor: Actor, reminder_id: int, *, now: datetime) -> None:
    """Let the learner not see a reminder any more; raises `NotFound` for another's, and `SignInRequired`."""
    person_id = actor.require_person()
    if queries.find_owner_id(session, reminder_id) != person_id:
        raise NotFound
    reminder = session.get_one(Reminder, reminder_id)
    if reminder.dismissed_at is None:
        reminder.dismissed_at = now
