"""The name on certificates: confirmed once by its bearer, and what waited for it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import accounts, learning
from lms.accounts.domain import NameConfirmed, PersonName, PrintedName
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.commands.issuing import issue_on_completion
from lms.credentials.domain import list_undrawable
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
    require_drawable(name, in_capitals=in_capitals)
    before = queries.list_numbers(session, actor.require_person())
    printed_name = accounts.confirm_name(session, actor, name, in_capitals=in_capitals, now=now)
    numbers = queries.list_numbers(session, actor.require_person())
    return Confirmed(printed_name, tuple(number for number in numbers if number not in before))


def require_drawable(name: PersonName, *, in_capitals: bool) -> PrintedName:
    """Return how a certificate would print a name that was typed; raises `UnfitName`, for what its fonts lack, too."""
    wanted = accounts.read_name(name, in_capitals=in_capitals)
    missing = list_undrawable(wanted.written)
    if not missing:
        return wanted
    in_given = bool(list_undrawable(wanted.name.given_names))
    text = N_(
        "A certificate cannot show %(characters)s. Write the name in Latin letters, with its accents."
    )
    message = Message(text, {"characters": " ".join(missing)})
    raise accounts.UnfitName({"given_names" if in_given else "family_names": message})


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
