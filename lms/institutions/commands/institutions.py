"""Institutions: added, edited, moved, closed, and deleted while nothing refers to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import EllipsisType

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.institutions import policy, queries
from lms.institutions.commands.trees import (
    check_names,
    check_parent,
    insert_place,
    move_place,
    read_key,
    read_name,
)
from lms.institutions.domain import MOST_SEATS, InstitutionKind, Place, Tree
from lms.institutions.errors import HasBranches, InstitutionInUse, UnfitDay, UnfitPlace
from lms.institutions.models import Institution, MemberType, Seat, Zone

UNKNOWN_KIND = N_("Give one of these kinds: %(kinds)s.")
UNKNOWN_ZONE = N_("Choose one of the zones that there are.")
UNKNOWN_MEMBER_TYPE = N_("There is no type of member with the key “%(key)s”.")
UNFIT_COUNT = N_("Give a whole number from 0 to %(most)s.")


@dataclass(frozen=True, slots=True)
class InstitutionDraft:
    """What an institution is to be. The key is read when it is added alone; an empty one is made from the name."""

    name: Mapping[str, str]
    kind: str
    key: str = ""
    parent_id: int | None = None
    zone_id: int | None = None


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


def add_institution(
    session: Session, actor: Actor, draft: InstitutionDraft, *, is_other: bool = False
) -> int:
    """Add an institution and return its id.

    Refuses names like those of a sibling with `SimilarName` unless it `is_other`, a key in use with `KeyTaken`, what is
    closed with `ParentClosed`, and what cannot be read with `UnfitPlace`.
    """
    actor.require_somebody()
    return insert_institution(
        session, actor, queries.lock_institutions(session), draft, is_other=is_other
    )


def insert_institution(
    session: Session, actor: Actor, tree: Tree, draft: InstitutionDraft, *, is_other: bool = False
) -> int:
    """Do what `add_institution` does in a tree that is locked already. For this room's commands."""
    _require_edit(tree, actor, draft.parent_id)
    name = read_name(draft.name)
    kind = _read_kind(draft.kind)
    _check_zone(session, draft.zone_id)
    key = read_key(tree, draft.key, name)
    check_parent(tree, draft.parent_id)
    check_names(tree, Place(0, key, draft.parent_id, kind, name), is_other=is_other)
    row = Institution(
        key=key, kind=kind, name=name, parent_id=draft.parent_id, zone_id=draft.zone_id
    )
    return insert_place(session, tree, row)


def edit_institution(
    session: Session,
    actor: Actor,
    institution_id: int,
    draft: InstitutionDraft,
    *,
    is_other: bool = False,
) -> None:
    """Rename an institution and change its kind and zone; key and parent of the draft are not read.

    Raises `UnfitPlace`, or `SimilarName` where the new name is like that of a sibling, unless it `is_other`.
    """
    actor.require_somebody()
    tree = queries.lock_institutions(session)
    before = _require_edit(tree, actor, institution_id)
    assert before is not None
    wanted = replace(before, name=draft.name, kind=draft.kind)
    revise_institution(session, actor, tree, wanted, zone_id=draft.zone_id, is_other=is_other)


def move_institution(
    session: Session,
    actor: Actor,
    institution_id: int,
    parent_id: int | None,
    *,
    is_other: bool = False,
) -> None:
    """Hang an institution with all below it under another one, or above everything (None).

    The actor needs the permission where it leaves and where it arrives. Grants follow the tree from then on;
    memberships and certificates name the institution itself and stay as they are. Raises `Cycle`, `TooDeep`,
    `ParentClosed` or `SimilarName`.
    """
    actor.require_somebody()
    tree = queries.lock_institutions(session)
    wanted = replace(_require_edit_above(tree, actor, institution_id), parent_id=parent_id)
    revise_institution(session, actor, tree, wanted, is_other=is_other)


def revise_institution(
    session: Session,
    actor: Actor,
    tree: Tree,
    wanted: Place,
    *,
    zone_id: int | EllipsisType | None = ...,
    is_other: bool = False,
) -> None:
    """Make an institution what is `wanted`, all of it or, where a rule refuses, nothing; a zone of `...` stays.

    The tree is locked already. For this room's commands.
    """
    before = _require_edit(tree, actor, wanted.id)
    assert before is not None
    place = replace(wanted, name=read_name(wanted.name), kind=_read_kind(wanted.kind))
    is_moved = place.parent_id != before.parent_id
    if is_moved:
        _require_edit_above(tree, actor, place.id)
        _require_edit(tree, actor, place.parent_id)
        check_parent(tree, place.parent_id, place.id)
    if is_moved or place.folded_names != before.folded_names:
        check_names(tree, place, is_other=is_other)
    values: dict[str, object] = {"name": place.name, "kind": place.kind}
    if not isinstance(zone_id, EllipsisType):
        _check_zone(session, zone_id)
        values["zone_id"] = zone_id
    session.execute(update(Institution).where(Institution.id == place.id).values(values))
    tree.put(replace(place, parent_id=before.parent_id))
    if is_moved:
        move_place(session, Institution, tree, place.id, place.parent_id)


def set_seats(
    session: Session, actor: Actor, institution_id: int, seats: Mapping[str, int]
) -> None:
    """Give an institution exactly these seats, by the type's key; 0 is none. Who sits stays a member.

    Raises `UnfitPlace` with a field `seats-<key>` for what is no type or no count.
    """
    actor.require_somebody()
    replace_seats(session, actor, queries.lock_institutions(session), institution_id, seats)


def replace_seats(
    session: Session, actor: Actor, tree: Tree, institution_id: int, seats: Mapping[str, int]
) -> None:
    """Do what `set_seats` does in a tree that is locked already. For this room's commands."""
    _require_edit(tree, actor, institution_id)
    types = dict(session.execute(select(MemberType.key, MemberType.id)).all())
    faults = {}
    for key, count in seats.items():
        if key not in types:
            faults[f"seats-{key}"] = Message(UNKNOWN_MEMBER_TYPE, {"key": key})
        elif not 0 <= count <= MOST_SEATS:
            faults[f"seats-{key}"] = Message(UNFIT_COUNT, {"most": MOST_SEATS})
    if faults:
        raise UnfitPlace(faults)
    session.execute(delete(Seat).where(Seat.institution_id == institution_id))
    rows = [
        {"institution_id": institution_id, "member_type_id": types[key], "count": count}
        for key, count in seats.items()
        if count
    ]
    if rows:
        session.execute(insert(Seat), rows)


def close_institution(
    session: Session, actor: Actor, institution_id: int, closed_on: date | None, *, today: date
) -> None:
    """Let an institution take in nobody after `closed_on`, today at the latest; what lies below it stays open.

    The actor needs the permission above it. Raises `UnfitDay`.
    """
    actor.require_somebody()
    tree = queries.lock_institutions(session)
    _require_edit_above(tree, actor, institution_id)
    if closed_on is None or closed_on > today:
        raise UnfitDay({"closed_on": Message(UnfitDay.text)})
    session.execute(
        update(Institution).where(Institution.id == institution_id).values(closed_on=closed_on)
    )


def reopen_institution(session: Session, actor: Actor, institution_id: int) -> None:
    """Let an institution take people in again. The actor needs the permission above it."""
    actor.require_somebody()
    tree = queries.lock_institutions(session)
    _require_edit_above(tree, actor, institution_id)
    session.execute(
        update(Institution).where(Institution.id == institution_id).values(closed_on=None)
    )


def delete_institution(session: Session, actor: Actor, institution_id: int) -> int | None:
    """Delete an institution to which nothing refers, with its seats; return the id of what it lay below.

    The database's foreign keys, and the rooms above for what has none, say what refers to it. Raises `HasBranches` or
    `InstitutionInUse`, which says to close it. The actor needs the permission above it.
    """
    actor.require_somebody()
    tree = queries.lock_institutions(session)
    place = _require_edit_above(tree, actor, institution_id)
    if tree.list_below(institution_id):
        raise HasBranches
    if queries.is_institution_used(session, institution_id):
        raise InstitutionInUse
    try:
        with session.begin_nested():
            session.execute(delete(Seat).where(Seat.institution_id == institution_id))
            session.execute(delete(Institution).where(Institution.id == institution_id))
    except IntegrityError as error:
        raise InstitutionInUse from error
    return place.parent_id


def _require_edit(tree: Tree, actor: Actor, institution_id: int | None) -> Place | None:
    """Return the institution that the actor may edit; None stands for the top, which is the site's."""
    place = tree.find(institution_id)
    if place is None and institution_id is not None:
        raise NotFound
    if not policy.may_edit(actor, queries.list_scopes(tree.path_of(institution_id))):
        raise NotFound
    return place


def _require_edit_above(tree: Tree, actor: Actor, institution_id: int) -> Place:
    """Return the institution if the actor may edit what it lies below."""
    place = _require_edit(tree, actor, institution_id)
    assert place is not None
    _require_edit(tree, actor, place.parent_id)
    return place


def _read_kind(kind: str) -> str:
    try:
        return InstitutionKind(kind).value
    except ValueError as error:
        kinds = ", ".join(InstitutionKind)
        raise UnfitPlace({"kind": Message(UNKNOWN_KIND, {"kinds": kinds})}) from error


def _check_zone(session: Session, zone_id: int | None) -> None:
    if zone_id is not None and session.get(Zone, zone_id) is None:
        raise UnfitPlace({"zone": Message(UNKNOWN_ZONE)})
