"""Who belongs to which institution, and from when to when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts import policy
from lms.accounts.models import Membership
from lms.core.errors import NotAllowed
from lms.core.permissions import Actor


def confirm_membership(
    session: Session, actor: Actor, person_id: int, institution_id: int, *, now: datetime
) -> None:
    """Record that a person belongs to an institution, confirmed at once."""
    if not policy.may_create_person(actor):
        raise NotAllowed
    session.add(
        Membership(
            person_id=person_id,
            institution_id=institution_id,
            started_on=now.date(),
            claimed_at=now,
            confirmed_at=now,
            confirmed_by_id=actor.person_id,
        )
    )
