"""What the rooms above say about their uses of institutions where no foreign key tells the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import current_app
from sqlalchemy.orm import Session

IsInstitutionUsed = Callable[[Session, int], bool]
IsMemberTypeUsed = Callable[[Session, str], bool]


def is_institution_used(session: Session, institution_id: int) -> bool:
    """Return whether a room above names the institution without a foreign key, as grants of roles do."""
    asked: Sequence[IsInstitutionUsed] = current_app.extensions["institution_uses"]
    return any(is_used(session, institution_id) for is_used in asked)


def is_member_type_used(session: Session, key: str) -> bool:
    """Return whether a room above names the type of member by its key, as memberships do."""
    asked: Sequence[IsMemberTypeUsed] = current_app.extensions["member_type_uses"]
    return any(is_used(session, key) for is_used in asked)
