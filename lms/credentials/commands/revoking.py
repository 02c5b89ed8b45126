"""Withdrawing a credential: a fact that is added to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.domain import RevocationReason, find_problem_with_words
from lms.credentials.errors import IsErased, IsReplaced, UnfitRequest
from lms.credentials.models import Holder, Revocation


def revoke_credential(
    session: Session,
    actor: Actor,
    number: str,
    reason: RevocationReason,
    *,
    note: str,
    now: datetime,
) -> bool:
    """Withdraw a credential for a reason that anybody may read, and a note for those who may withdraw.

    Returns whether this did it; what is withdrawn stays so, with the first reason. Its files stay where they are.
    Raises `NoSuchCredential`, `NotAllowed`, `IsReplaced`, `IsErased` or `UnfitRequest`.
    """
    credential = queries.lock_revocable(session, actor, number)
    if session.get(Revocation, credential.id) is not None:
        return False
    if newer := queries.find_successor_number(session, credential.id):
        raise IsReplaced(number=newer)
    if session.get(Holder, credential.id) is None:
        raise IsErased
    if problem := find_problem_with_words(note):
        raise UnfitRequest({"note": problem})
    session.add(
        Revocation(
            credential_id=credential.id,
            reason=reason,
            note=note.strip(),
            revoked_at=now,
            revoked_by_id=actor.person_id,
        )
    )
    session.flush()
    return True
