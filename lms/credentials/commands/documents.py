"""The documents of a credential: asked for, and kept once they are made."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import jobs
from lms.credentials import queries
from lms.credentials.errors import NoSuchCredential
from lms.credentials.models import Credential, Document, Holder

MAKE_DOCUMENTS = "credentials.make_documents"


def enqueue_documents(
    session: Session, credential: Credential, person_id: int | None, *, now: datetime
) -> None:
    """Ask for the credential's documents in the caller's transaction; `person_id` is its holder, who sees the job."""
    credential.tries += 1
    credential.job_id = jobs.enqueue(
        session,
        MAKE_DOCUMENTS,
        {"credential_id": credential.id},
        owner_id=person_id,
        subject=credential.number,
        now=now,
    )


def ask_for_documents(session: Session, *, now: datetime) -> int:
    """Ask again for every document that is missing, and return for how many credentials. For the command line."""
    ids = queries.list_incomplete_ids(session)
    for credential_id in ids:
        _ask(session, session.get_one(Credential, credential_id), now=now)
    return len(ids)


def retry_documents(session: Session, credential_id: int, job_id: str, *, now: datetime) -> bool:
    """Ask again for the documents that this job could not make; False if somebody has done so already.

    The row stays locked until the caller's work ends, so two workers ask once. For this room's sweep.
    """
    credential = session.get_one(Credential, credential_id, with_for_update=True)
    if credential.job_id != job_id:
        return False
    _ask(session, credential, now=now)
    return True


def _ask(session: Session, credential: Credential, *, now: datetime) -> None:
    holder = session.get(Holder, credential.id)
    enqueue_documents(session, credential, holder.person_id if holder else None, now=now)


def keep_document(
    session: Session,
    credential_id: int,
    language: str,
    content: bytes,
    key: str,
    *,
    key_id: str | None,
    now: datetime,
) -> Document:
    """Record a stored document, unless one in that language was recorded before; return the one that counts.

    The credential's row is locked meanwhile, so two workers record one.
    """
    found = session.scalar(
        select(Credential.id).where(Credential.id == credential_id).with_for_update()
    )
    if found is None:
        raise NoSuchCredential
    earlier = session.get(Document, (credential_id, language))
    if earlier is not None:
        return earlier
    document = Document(
        credential_id=credential_id,
        language=language,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        storage_key=key,
        key_id=key_id,
        made_at=now,
    )
    session.add(document)
    return document
