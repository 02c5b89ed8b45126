"""Every write of institutions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.institutions.domain import InstitutionKind
from lms.institutions.models import Institution


def create_institution(
    session: Session,
    key: str,
    name: Texts,
    *,
    kind: InstitutionKind = InstitutionKind.COMMISSION,
    parent_id: int | None = None,
) -> int:
    """Add an institution below `parent_id` and return its id; one with that key is left as it is.

    For other rooms and the command line only: it asks for no actor.
    """
    known = session.scalar(select(Institution.id).where(Institution.key == key))
    if known is not None:
        return known
    above = "/" if parent_id is None else session.get_one(Institution, parent_id).path
    institution = Institution(key=key, kind=kind, name=name, parent_id=parent_id, path=above)
    session.add(institution)
    session.flush()
    institution.path = f"{above}{institution.id}/"
    return institution.id
