"""Links to a holder's certificates, for the holder and for whoever has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.credentials.errors import NoSuchShare
from lms.credentials.models import Share
from lms.credentials.queries.credentials import CredentialView, list_held


@dataclass(frozen=True, slots=True)
class ShareView:
    """A link that is open."""

    id: int
    secret: str
    consented_at: datetime
    ends_on: date


@dataclass(frozen=True, slots=True)
class SharedCertificates:
    """What a link shows, and until when."""

    ends_on: date
    credentials: tuple[CredentialView, ...]


def list_shares(session: Session, actor: Actor, *, today: date) -> list[ShareView]:
    """Return the actor's links that are open today, the newest first; one query."""
    rows = session.execute(
        select(Share.id, Share.secret, Share.consented_at, Share.ends_on)
        .where(
            Share.person_id == actor.require_person(),
            Share.withdrawn_at.is_(None),
            Share.ends_on >= today,
        )
        .order_by(Share.id.desc())
    )
    return [ShareView(*row) for row in rows]


def get_shared(session: Session, secret: str, *, today: date) -> SharedCertificates:
    """Return what the link shows to anybody who has it; three queries. Raises `NoSuchShare`."""
    row = session.execute(
        select(Share.person_id, Share.ends_on).where(
            Share.secret == secret, Share.withdrawn_at.is_(None), Share.ends_on >= today
        )
    ).one_or_none()
    if row is None:
        raise NoSuchShare
    return SharedCertificates(row.ends_on, tuple(list_held(session, row.person_id)))
