"""How a person's certificates read: confirmed by the person, or corrected by those who may."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.domain import NameConfirmed, PersonName, PrintedName, tidy_name
from lms.accounts.errors import UnfitName
from lms.accounts.models import Person
from lms.core import events
from lms.core.permissions import Actor


def confirm_name(
    session: Session, actor: Actor, name: PersonName, *, in_capitals: bool, now: datetime
) -> str:
    """Confirm how the actor's own certificates read, and return that.

    The person's row stays locked until the caller's work ends. Publishes `NameConfirmed`; the same name again changes
    nothing. Raises `SignInRequired`, `UnfitName`, or what a hearer refuses.
    """
    person = queries.lock_person(session, actor.require_person())
    wanted = read_name(name, in_capitals=in_capitals)
    previous = person.printed_name
    if previous == wanted.written and wanted.name == queries.name_of(person):
        return previous
    _take_over(person, wanted.name, wanted.written)
    session.flush()
    events.publish(session, NameConfirmed(person.id, wanted.written, previous), now=now)
    return wanted.written


def read_name(name: PersonName, *, in_capitals: bool) -> PrintedName:
    """Return a name that was typed as a certificate would print it; raises `UnfitName`. For other rooms, too."""
    wanted = PrintedName(tidy_name(name), in_capitals)
    if faults := wanted.faults:
        raise UnfitName(faults)
    return wanted


def correct_name(session: Session, person_id: int, name: PersonName, printed_name: str) -> None:
    """Take over a name that was corrected. For other rooms: they have seen to it who may."""
    _take_over(queries.lock_person(session, person_id), name, printed_name)
    session.flush()


def _take_over(person: Person, name: PersonName, printed_name: str) -> None:
    person.given_names = name.given_names
    person.family_names = name.family_names
    person.name_order = name.order
    person.folded_name = name.folded
    person.printed_name = printed_name
