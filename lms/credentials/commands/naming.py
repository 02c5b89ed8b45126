"""The name on certificates: confirmed once by its bearer, and what waited for it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import accounts, learning
from lms.accounts.domain import NameConfirmed, PersonName
from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.commands.issuing import issue_on_completion
from lms.credentials.errors import NameIsOnCertificates


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How certificates read from now on, and the numbers of those that had waited for it."""

    printed_name: str
    issued: tuple[str, ...]


def confirm_own_name(
    session: Session, actor: Actor, name: PersonName, *, in_capitals: bool, now: datetime
) -> Confirmed:
    """Confirm how the actor's own certificates read, and return what that issued.

    Raises `SignInRequired`, `UnfitName` or `NameIsOnCertificates`.
    """
    before = queries.list_numbers(session, actor.require_person())
    printed_name = accounts.confirm_name(session, actor, name, in_capitals=in_capitals, now=now)
    numbers = queries.list_numbers(session, actor.require_person())
    return Confirmed(printed_name, tuple(number for number in numbers if number not in before))


def issue_on_confirmation(session: Session, event: NameConfirmed, now: datetime) -> None:
    """Issue every credential that waited for the name, in the order of completion.

    Hears `NameConfirmed`, in its transaction, in which the person is locked. Refuses another name than certificates
    carry already.
    """
    is_another = event.previous not in {None, event.printed_name}
    if is_another and queries.list_numbers(session, event.person_id):
        raise NameIsOnCertificates
    for completion in learning.list_completions(session, event.person_id):
        issue_on_completion(session, completion, now)
