"""Erasing a holder's name: the name, its salt and the files go; the fact, the number and the hashes stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core import events
from lms.core.errors import NotAllowed
from lms.core.permissions import Actor
from lms.core.storage import storage
from lms.credentials import policy, queries
from lms.credentials.domain import NamesErased
from lms.credentials.errors import NoSuchCredential
from lms.credentials.models import Correction, Document, Holder, Revocation


def erase_holder(
    session: Session,
    actor: Actor,
    *,
    number: str | None = None,
    person_id: int | None = None,
    now: datetime,
) -> list[str]:
    """Erase the name on the credential of that number and on all that it superseded or that supersede it.

    With `person_id` instead: on every credential of the person. Returns the numbers that lost their name, none where
    nothing was left, and publishes `NamesErased`. What was written about a correction or a withdrawal goes, too, since
    it may tell the name. The files are removed after the commit, by `remove_erased_files`. Raises `NotAllowed` or
    `NoSuchCredential`.
    """
    if not policy.may_erase(actor):
        raise NotAllowed
    chains = queries.list_chain(session, number) if number else None
    if chains == []:
        raise NoSuchCredential
    found = queries.lock_held(session, credential_ids=chains, person_id=person_id)
    ids = list(found)
    session.execute(delete(Holder).where(Holder.credential_id.in_(ids)))
    session.execute(
        update(Correction)
        .where(Correction.credential_id.in_(ids))
        .values(given_names="", family_names="", printed_name="", reason="", answer=None)
    )
    # What nobody answered needs no answer any more.
    session.execute(
        update(Correction)
        .where(Correction.credential_id.in_(ids), Correction.answered_at.is_(None))
        .values(is_granted=False, answered_at=now)
    )
    session.execute(update(Revocation).where(Revocation.credential_id.in_(ids)).values(note=""))
    numbers = tuple(found.values())
    if numbers:
        events.publish(session, NamesErased(numbers), now=now)
    return list(numbers)


def remove_erased_files(session: Session, *, limit: int) -> int:
    """Remove at most so many files whose holder's name was erased, and return how many.

    The row remembers each that is gone; where removing fails, the next call tries again.
    """
    erased = queries.list_erased_files(session, limit=limit)
    for credential_id, language, key in erased:
        storage().remove(key)
        session.execute(
            update(Document)
            .where(Document.credential_id == credential_id, Document.language == language)
            .values(storage_key="")
        )
    return len(erased)
