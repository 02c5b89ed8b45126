"""What a file is worth that somebody holds. Nothing of it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from ssl import PEM_cert_to_DER_cert

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.credentials.domain import FileState, KeyUse, Marks, find_marks, holds_certificate, is_pdf
from lms.credentials.models import Credential, Document, Key
from lms.credentials.queries.credentials import CredentialView, find_by_id
from lms.credentials.queries.keys import list_keys


@dataclass(frozen=True, slots=True)
class FileView:
    """What a check answers; `credential` is known only if the file is, byte for byte, one of its documents."""

    state: FileState
    credential: CredentialView | None = None
    # PEM, of the key that signed it; None for what was issued before there were signatures.
    certificates: str | None = None


def check_file(session: Session, content: bytes, *, day: date) -> FileView:
    """Say whether the bytes are a document that we issued, and what it is worth on that day. For anybody who has it.

    One changed byte makes another file. What a stranger's file names is never shown, as anybody may write a number
    into a file: it only tells an altered one from one that has nothing to do with us.
    """
    if not content:
        return FileView(FileState.EMPTY)
    issued = session.execute(
        select(Document.credential_id, Key.public)
        .outerjoin(Key, Key.id == Document.key_id)
        .where(Document.sha256 == hashlib.sha256(content).hexdigest())
    ).first()
    if issued is None:
        return FileView(_judge_stranger(session, content))
    credential = find_by_id(session, issued.credential_id)
    assert credential is not None
    return FileView(FileState(credential.state_on(day).value), credential, issued.public)


def _judge_stranger(session: Session, content: bytes) -> FileState:
    named = _count_named(session, find_marks(content))
    if named > 1:
        return FileState.COPY
    if named == 1 or _bears_our_signature(session, content):
        return FileState.ALTERED
    return FileState.UNKNOWN if is_pdf(content) else FileState.NOT_PDF


def _count_named(session: Session, marks: Marks) -> int:
    """Return how many of our certificates are named, by number or code; none are asked for where nothing reads so."""
    if not marks.numbers and not marks.codes:
        return 0
    named = or_(Credential.number.in_(marks.numbers), Credential.code.in_(marks.codes))
    return session.scalar(select(func.count()).select_from(Credential).where(named)) or 0


def _bears_our_signature(session: Session, content: bytes) -> bool:
    return any(
        holds_certificate(content, PEM_cert_to_DER_cert(_first(key.public)))
        for key in list_keys(session, KeyUse.DOCUMENTS)
    )


def _first(chain: str) -> str:
    """Return the first certificate of a chain in PEM."""
    end = "-----END CERTIFICATE-----"
    return chain.partition(end)[0] + end
