"""Both trees as rows of a table, which `commands.import_institutions` and `import_zones` read again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.institutions.domain import write_seats
from lms.institutions.models import Institution, Zone
from lms.institutions.queries.administration import (
    require_administrator,
    require_site_administrator,
)
from lms.institutions.queries.institutions import arrange, list_institutions
from lms.institutions.queries.sight import arrange_zones, editable, select_zones
from lms.institutions.selectables import institution_seats


def list_institution_rows(session: Session, actor: Actor) -> list[tuple[str, ...]]:
    """Return key, parent, kind, zone, names and seats of each institution that the actor may edit.

    Where the parent is none of these, its key is given all the same. Three queries.
    """
    require_administrator(actor)
    found = list_institutions(session, *editable(actor))
    keys: dict[int, str] = {facts.id: facts.key for facts in found}
    above = {facts.parent_id for facts in found if facts.parent_id is not None} - keys.keys()
    if above:
        rows = session.execute(
            select(Institution.id, Institution.key).where(Institution.id.in_(above))
        )
        keys |= dict(rows.all())
    zones = dict(session.execute(select(Zone.id, Zone.key)).all())
    seats: dict[int, dict[str, int]] = {}
    columns = institution_seats.c
    for id, member_type, count in session.execute(
        select(columns.institution_id, columns.member_type, columns.seats).order_by(
            columns.member_type_id
        )
    ):
        seats.setdefault(id, {})[member_type] = count
    return [
        (
            facts.key,
            keys[facts.parent_id] if facts.parent_id is not None else "",
            facts.kind,
            zones[facts.zone_id] if facts.zone_id is not None else "",
            facts.name.get("fr", ""),
            facts.name.get("en", ""),
            write_seats(seats.get(facts.id, {})),
        )
        for facts in (line.facts for line in arrange(found, "fr"))
    ]


def list_zone_rows(session: Session, actor: Actor) -> list[tuple[str, ...]]:
    """Return key, parent, kind and names of each zone, as the tree is read. One query."""
    require_site_administrator(actor)
    lines = arrange_zones(select_zones(session), "fr")
    keys = {line.id: line.key for line in lines}
    return [
        (
            line.key,
            keys[line.parent_id] if line.parent_id is not None else "",
            line.kind,
            line.name.get("fr", ""),
            line.name.get("en", ""),
        )
        for line in lines
    ]
