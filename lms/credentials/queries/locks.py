"""Credentials that are about to be changed, locked until the caller's work ends; for this room's commands."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import learning
from lms.core.errors import NotAllowed
from lms.core.permissions import Actor
from lms.credentials import policy
from lms.credentials.errors import NobodyCorrectsOnesOwn, NoSuchCredential
from lms.credentials.models import Credential, Document, Holder


def lock_own_credential(session: Session, actor: Actor, number: str) -> Credential:
    """Return a credential that carries the actor's name. Raises `SignInRequired` or `NoSuchCredential`."""
    person_id = actor.require_person()
    credential = _lock(session, number)
    holder = session.get(Holder, credential.id)
    if holder is None or holder.person_id != person_id:
        raise NoSuchCredential
    return credential


def lock_correctable(session: Session, actor: Actor, number: str) -> Credential:
    """Return a credential of which the actor may answer requests.

    Raises `SignInRequired`, `NoSuchCredential` or `NobodyCorrectsOnesOwn`.
    """
    actor.require_somebody()
    credential = _lock(session, number)
    holder = session.get(Holder, credential.id)
    holder_id = holder.person_id if holder else None
    scopes = learning.get_facts(session, credential.enrolment_id).scopes
    if not policy.may_read_record(actor, scopes):
        raise NoSuchCredential
    if not policy.may_correct(actor, holder_id, scopes):
        raise NobodyCorrectsOnesOwn
    return credential


def lock_revocable(session: Session, actor: Actor, number: str) -> Credential:
    """Return a credential that the actor may withdraw.

    Raises `SignInRequired`, `NoSuchCredential`, or `NotAllowed` for those who only see its record.
    """
    actor.require_somebody()
    credential = _lock(session, number)
    scopes = learning.get_facts(session, credential.enrolment_id).scopes
    if policy.may_revoke(actor, scopes):
        return credential
    if policy.may_read_record(actor, scopes):
        raise NotAllowed
    raise NoSuchCredential


def _lock(session: Session, number: str) -> Credential:
    credential = session.scalar(
        # Others may go on to refer to it.
        select(Credential).where(Credential.number == number).with_for_update(key_share=True)
    )
    if credential is None:
        raise NoSuchCredential
    return credential


def list_chain(session: Session, number: str) -> list[int]:
    """Return the ids of the credential and of all that corrections made of it; none where nothing has that number."""
    named = (
        select(Credential.enrolment_id, Credential.kind)
        .where(Credential.number == number)
        .subquery("named")
    )
    return list(
        session.scalars(
            select(Credential.id)
            .join(
                named,
                (named.c.enrolment_id == Credential.enrolment_id)
                & (named.c.kind == Credential.kind),
            )
            .order_by(Credential.id)
        )
    )


def lock_held(
    session: Session, *, credential_ids: Collection[int] | None, person_id: int | None
) -> dict[int, str]:
    """Return the numbers, by id, of those credentials that still have a name: of these ids, or of this person."""
    query = select(Credential.id, Credential.number).join(
        Holder, Holder.credential_id == Credential.id
    )
    if credential_ids is not None:
        query = query.where(Credential.id.in_(credential_ids))
    if person_id is not None:
        query = query.where(Holder.person_id == person_id)
    rows = session.execute(
        query.order_by(Credential.id).with_for_update(of=Credential, key_share=True)
    )
    return {row.id: row.number for row in rows}


def list_erased_files(session: Session, *, limit: int) -> list[tuple[int, str, str]]:
    """Return credential, language and storage key of files whose holder's name is gone and that are still there."""
    rows = session.execute(
        select(Document.credential_id, Document.language, Document.storage_key)
        .outerjoin(Holder, Holder.credential_id == Document.credential_id)
        .where(Holder.credential_id.is_(None), Document.storage_key != "")
        .order_by(Document.credential_id, Document.language)
        .limit(limit)
    )
    return [(row.credential_id, row.language, row.storage_key) for row in rows]
