"""Whole trees, held still until the caller's work ends, so that two changes cannot make a circle together."""

from __future__ import annotations

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from lms.institutions.domain import Place, Tree
from lms.institutions.models import Institution, Zone


def lock_institutions(session: Session) -> Tree:
    """Return the tree of institutions and hold it: whoever else would change it waits. People may still join.

    For this room's commands: it asks for no actor.
    """
    rows = session.execute(
        select(
            Institution.id,
            Institution.key,
            Institution.parent_id,
            Institution.kind,
            Institution.name,
            Institution.closed_on.is_not(None),
        )
        .order_by(Institution.id)
        .with_for_update(key_share=True)
    )
    return Tree(Place(*row) for row in rows)


def lock_zones(session: Session) -> Tree:
    """Return the tree of zones and hold it, as `lock_institutions` does."""
    rows = session.execute(
        select(Zone.id, Zone.key, Zone.parent_id, Zone.kind, Zone.name, literal(False))
        .order_by(Zone.id)
        .with_for_update(key_share=True)
    )
    return Tree(Place(*row) for row in rows)
