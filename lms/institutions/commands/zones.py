"""Zones: added, edited, moved, and deleted while nothing lies in them. They are the site's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.institutions import queries
from lms.institutions.commands.trees import (
    check_names,
    check_parent,
    insert_place,
    move_place,
    read_key,
    read_name,
)
from lms.institutions.domain import Place, Tree, ZoneKind, may_contain
from lms.institutions.errors import UnfitPlace, UnfitZoneKind, ZoneInUse
from lms.institutions.models import Zone

UNKNOWN_KIND = N_("Choose country, region, cercle, commune or embassy.")


@dataclass(frozen=True, slots=True)
class ZoneDraft:
    """What a zone is to be. An empty `key` is made from the name; it is read when it is added, and never after."""

    name: Mapping[str, str]
    kind: str
    key: str = ""
    parent_id: int | None = None


def create_zone(
    session: Session, key: str, name: Texts, kind: ZoneKind, *, parent_id: int | None = None
) -> int:
    """Add a zone below `parent_id` and return its id; one with that key is left as it is.

    For other rooms and the command line only: it asks for no actor.
    """
    known = session.scalar(select(Zone.id).where(Zone.key == key))
    if known is not None:
        return known
    above = "/" if parent_id is None else session.get_one(Zone, parent_id).path
    zone = Zone(key=key, kind=kind, name=name, parent_id=parent_id, path=above)
    session.add(zone)
    session.flush()
    zone.path = f"{above}{zone.id}/"
    return zone.id


def add_zone(session: Session, actor: Actor, draft: ZoneDraft, *, is_other: bool = False) -> int:
    """Add a zone and return its id; it lies in a wider one, or at the top if it is a country (`UnfitZoneKind`).

    Names like those of a sibling are `SimilarName` unless it `is_other`; a key in use is `KeyTaken`.
    """
    queries.require_site_administrator(actor)
    return insert_zone(session, queries.lock_zones(session), draft, is_other=is_other)


def insert_zone(session: Session, tree: Tree, draft: ZoneDraft, *, is_other: bool = False) -> int:
    """Do what `add_zone` does in a tree that is locked already. For this room's commands, which ask the actor."""
    if draft.parent_id is not None and tree.find(draft.parent_id) is None:
        raise NotFound
    name, kind = read_name(draft.name), _read_kind(draft.kind)
    key = read_key(tree, draft.key, name)
    place = Place(0, key, draft.parent_id, kind, name)
    _check_kind(tree, place)
    check_parent(tree, draft.parent_id)
    check_names(tree, place, is_other=is_other)
    return insert_place(
        session, tree, Zone(key=key, kind=kind, name=name, parent_id=draft.parent_id)
    )


def edit_zone(
    session: Session, actor: Actor, zone_id: int, draft: ZoneDraft, *, is_other: bool = False
) -> None:
    """Rename a zone and change its kind, which stays narrower than what it lies in and wider than what lies in it.

    Key and parent of the draft are not read.
    """
    queries.require_site_administrator(actor)
    tree = queries.lock_zones(session)
    wanted = replace(_get(tree, zone_id), name=draft.name, kind=draft.kind)
    revise_zone(session, tree, wanted, is_other=is_other)


def move_zone(
    session: Session, actor: Actor, zone_id: int, parent_id: int | None, *, is_other: bool = False
) -> None:
    """Put a zone with all that lies in it into another one. Raises `Cycle`, `UnfitZoneKind` or `SimilarName`."""
    queries.require_site_administrator(actor)
    tree = queries.lock_zones(session)
    wanted = replace(_get(tree, zone_id), parent_id=parent_id)
    revise_zone(session, tree, wanted, is_other=is_other)


def revise_zone(session: Session, tree: Tree, wanted: Place, *, is_other: bool = False) -> None:
    """Make a zone what is `wanted`, all of it or, where a rule refuses, nothing.

    The tree is locked already. For this room's commands, which ask the actor.
    """
    before = _get(tree, wanted.id)
    place = replace(wanted, name=read_name(wanted.name), kind=_read_kind(wanted.kind))
    is_moved = place.parent_id != before.parent_id
    if is_moved:
        if place.parent_id is not None:
            _get(tree, place.parent_id)
        check_parent(tree, place.parent_id, place.id)
    _check_kind(tree, place)
    if is_moved or place.folded_names != before.folded_names:
        check_names(tree, place, is_other=is_other)
    session.execute(
        update(Zone).where(Zone.id == place.id).values(name=place.name, kind=place.kind)
    )
    tree.put(replace(place, parent_id=before.parent_id))
    if is_moved:
        move_place(session, Zone, tree, place.id, place.parent_id)


def delete_zone(session: Session, actor: Actor, zone_id: int) -> int | None:
    """Delete a zone in which nothing lies (`ZoneInUse`), and return the id of what it lay in."""
    queries.require_site_administrator(actor)
    place = _get(queries.lock_zones(session), zone_id)
    try:
        with session.begin_nested():
            session.execute(delete(Zone).where(Zone.id == zone_id))
    except IntegrityError as error:
        raise ZoneInUse from error
    return place.parent_id


def _get(tree: Tree, zone_id: int) -> Place:
    place = tree.find(zone_id)
    if place is None:
        raise NotFound
    return place


def _read_kind(kind: str) -> ZoneKind:
    try:
        return ZoneKind(kind)
    except ValueError as error:
        raise UnfitPlace({"kind": Message(UNKNOWN_KIND)}) from error


def _check_kind(tree: Tree, place: Place) -> None:
    """Raise `UnfitZoneKind` unless the place fits into what it lies in, and what lies in it fits into it."""
    outer = tree.find(place.parent_id)
    kind = ZoneKind(place.kind)
    fits = may_contain(ZoneKind(outer.kind) if outer else None, kind)
    if not fits or not all(
        may_contain(kind, ZoneKind(inner.kind)) for inner in tree.list_below(place.id)
    ):
        raise UnfitZoneKind({"kind": Message(UnfitZoneKind.text)})
