"""Links by which a holder lets others see all certificates, until a day."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.credentials.domain import MOST_DAYS, MOST_LINKS, is_fit_end
from lms.credentials.errors import NoSuchShare, TooManyShares, UnfitShare
from lms.credentials.models import Share


def share_certificates(
    session: Session, actor: Actor, *, ends_on: date | None, consents: bool, now: datetime
) -> int:
    """Make a link that shows the actor's certificates to whoever has it, up to and with `ends_on`; return its id.

    Raises `UnfitShare` with the fields at fault, or `TooManyShares`.
    """
    person_id = actor.require_person()
    faults = {}
    if ends_on is None or not is_fit_end(ends_on, today=now.date()):
        faults["ends_on"] = Message(
            N_("Choose a day from today on, at most %(days)s days from now."), {"days": MOST_DAYS}
        )
    if not consents:
        faults["consents"] = Message(N_("Tick the box if this is what you want."))
    if faults or ends_on is None:
        raise UnfitShare(faults)
    open_links = select(func.count()).where(
        Share.person_id == person_id, Share.withdrawn_at.is_(None), Share.ends_on >= now.date()
    )
    if (session.scalar(open_links) or 0) >= MOST_LINKS:
        raise TooManyShares(most=MOST_LINKS)
    share = Share(
        person_id=person_id, secret=secrets.token_urlsafe(18), consented_at=now, ends_on=ends_on
    )
    session.add(share)
    session.flush()
    return share.id


def withdraw_share(session: Session, actor: Actor, share_id: int, *, now: datetime) -> None:
    """Close one of the actor's links for good; closing it twice changes nothing. Raises `NoSuchShare`."""
    share = session.scalar(
        select(Share)
        .where(Share.id == share_id, Share.person_id == actor.require_person())
        .with_for_update()
    )
    if share is None:
        raise NoSuchShare
    if share.withdrawn_at is None:
        share.withdrawn_at = now
