"""Moving a member, with what the member is learning."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from lms import accounts, learning
from lms.core.permissions import Actor


def move_member(
    session: Session,
    actor: Actor,
    institution_id: int,
    membership_id: int,
    *,
    to_institution_id: int,
    member_type: str | None,
    ended_on: date | None,
    now: datetime,
) -> accounts.Moved:
    """Move a member of an institution or of one below it; unfinished enrolments follow. Raises as `accounts` does."""
    moved = accounts.move_member(
        session,
        actor,
        institution_id,
        membership_id,
        to_institution_id=to_institution_id,
        member_type=member_type,
        ended_on=ended_on,
        now=now,
    )
    learning.move_enrolments(
        session, moved.person_id, moved.from_institution_id, moved.to_institution_id
    )
    return moved
