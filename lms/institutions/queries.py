"""Every reading of institutions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.permissions import Scope, ScopeKind
from lms.institutions.models import Institution


@dataclass(frozen=True, slots=True)
class InstitutionName:
    """An institution's id and its name in each language."""

    id: int
    name: Texts


def get_institution(session: Session, institution_id: int) -> InstitutionName:
    """Return the institution's name; raises `NotFound`. For other rooms: it asks for no actor."""
    row = session.execute(
        select(Institution.id, Institution.name).where(Institution.id == institution_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return InstitutionName(*row)


def list_scopes(path: str | None) -> list[Scope]:
    """Return the scopes that hold for an institution: its own and those of all above it."""
    ids = [int(part) for part in (path or "").split("/") if part]
    return [Scope(ScopeKind.INSTITUTION, id) for id in ids]
