"""Which institutions an actor may edit, and the tree of zones: what the administrators' queries share."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.i18n import pick_text
from lms.core.permissions import Actor
from lms.institutions import policy
from lms.institutions.domain import fold_name
from lms.institutions.models import Institution, Zone


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone in its tree; a country has depth 0."""

    id: int
    key: str
    parent_id: int | None
    path: str
    kind: str
    name: Texts
    depth: int = 0


def editable(actor: Actor) -> list[ColumnElement[bool]]:
    """Return the condition that leaves the institutions whose `policy.may_edit` holds; on the site, none."""
    if policy.may_edit_site(actor):
        return []
    return [or_(*(Institution.path.contains(f"/{id}/") for id in policy.list_editable(actor)))]


def select_zones(session: Session) -> list[ZoneLine]:
    """Return every zone, in no order that means anything: one query."""
    rows = session.execute(
        select(Zone.id, Zone.key, Zone.parent_id, Zone.path, Zone.kind, Zone.name).order_by(Zone.id)
    )
    return [ZoneLine(*row) for row in rows]


def arrange_zones(found: list[ZoneLine], language: str) -> list[ZoneLine]:
    """Return the zones as a tree is read, each with its depth; what lies beside each other stands by name."""
    below: dict[int | None, list[ZoneLine]] = {}
    for zone in found:
        below.setdefault(zone.parent_id, []).append(zone)
    for siblings in below.values():
        siblings.sort(
            key=lambda zone: (fold_name(pick_text(zone.name, language)), zone.key), reverse=True
        )
    lines, waiting = [], list(below.get(None, ()))
    while waiting:
        zone = waiting.pop()
        lines.append(zone)
        waiting.extend(replace(child, depth=zone.depth + 1) for child in below.get(zone.id, ()))
    return lines
