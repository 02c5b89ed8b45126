"""Requests for a correction, as their holder and this room's commands read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.credentials.errors import NoSuchCorrection
from lms.credentials.models import Correction, Credential


@dataclass(frozen=True, slots=True)
class OwnCorrection:
    """The newest request about one of one's own certificates, and its answer, if there is one."""

    printed_name: str
    asked_at: datetime
    is_granted: bool | None
    answer: str | None
    answered_at: datetime | None


def list_own_corrections(session: Session, actor: Actor) -> Mapping[str, OwnCorrection]:
    """Return the newest request about each of the actor's certificates, by number; one query."""
    rows = session.execute(
        select(
            Credential.number,
            Correction.printed_name,
            Correction.asked_at,
            Correction.is_granted,
            Correction.answer,
            Correction.answered_at,
        )
        .join(Credential, Credential.id == Correction.credential_id)
        .where(Correction.person_id == actor.require_person())
        .order_by(Correction.id)
    )
    return {row.number: OwnCorrection(*row[1:]) for row in rows}


def has_open_correction(session: Session, credential_id: int) -> bool:
    """Return whether a request about the credential waits for its answer."""
    return (
        session.scalar(
            select(Correction.id).where(
                Correction.credential_id == credential_id, Correction.answered_at.is_(None)
            )
        )
        is not None
    )


def get_correction(session: Session, credential_id: int, correction_id: int) -> Correction:
    """Return a request about a credential; for this room's commands. Raises `NoSuchCorrection`."""
    request = session.get(Correction, correction_id)
    if request is None or request.credential_id != credential_id:
        raise NoSuchCorrection
    return request


def find_successor_number(session: Session, credential_id: int) -> str | None:
    """Return the number of the credential that supersedes this one, if one does."""
    return session.scalar(
        select(Credential.number).where(Credential.supersedes_id == credential_id)
    )
