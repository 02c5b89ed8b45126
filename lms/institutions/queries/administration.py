"""What the administrators' pages show. What the actor may not edit is `NotFound`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.permissions import Actor
from lms.institutions import policy
from lms.institutions.models import Institution, MemberType, Seat
from lms.institutions.queries.institutions import (
    InstitutionFacts,
    InstitutionLine,
    arrange,
    list_institutions,
    list_member_types,
    list_path_names,
    list_scopes,
    list_seats,
)
from lms.institutions.queries.sight import ZoneLine, arrange_zones, editable, select_zones


@dataclass(frozen=True, slots=True)
class TreePage:
    """The institutions that the actor may edit, as a tree is read."""

    lines: Sequence[InstitutionLine]
    may_edit_site: bool


@dataclass(frozen=True, slots=True)
class InstitutionPage:
    """An institution, or the one below which a new one is to come, with all that a form about it offers."""

    # None: a new one is to come above everything.
    facts: InstitutionFacts | None
    # From the outermost that the actor may know of down to the one above it.
    way: Sequence[tuple[int, Texts]]
    # It and all below it, as a tree is read.
    below: Sequence[InstitutionLine]
    # Where it may be moved to: all that the actor may edit but itself and what lies below it.
    parents: Sequence[InstitutionLine]
    zones: Sequence[ZoneLine]
    # Every type of member with the number of its seats here.
    seats: Sequence[tuple[str, Texts, int]]
    # Whether it may be moved, closed or deleted, for which one must hold what lies above.
    may_move: bool
    may_edit_site: bool


@dataclass(frozen=True, slots=True)
class ZoneTree:
    """All zones as a tree is read."""

    lines: Sequence[ZoneLine]


@dataclass(frozen=True, slots=True)
class ZonePage:
    """A zone with the whole tree of zones around it, and how many institutions lie in it."""

    zone: ZoneLine
    lines: Sequence[ZoneLine]
    institutions: int


@dataclass(frozen=True, slots=True)
class MemberTypeLine:
    """A type of member, with the number of institutions that have seats for it, and of those seats."""

    id: int
    key: str
    name: Texts
    institutions: int
    seats: int


def get_tree_page(session: Session, actor: Actor, *, language: str) -> TreePage:
    """Return the tree that the actor may edit: one query, however large it is."""
    require_administrator(actor)
    found = list_institutions(session, *editable(actor))
    return TreePage(arrange(found, language), policy.may_edit_site(actor))


def get_institution_page(
    session: Session, actor: Actor, institution_id: int, *, language: str
) -> InstitutionPage:
    """Return the institution with all that its page offers."""
    require_administrator(actor)
    lines = arrange(list_institutions(session, *editable(actor)), language)
    facts = next((line.facts for line in lines if line.facts.id == institution_id), None)
    if facts is None:
        raise NotFound
    seats = {seat.member_type: seat.count for seat in list_seats(session, institution_id)}
    return InstitutionPage(
        facts=facts,
        way=_list_way(session, actor, facts)[:-1],
        below=[line for line in lines if line.facts.path.startswith(facts.path)],
        parents=[line for line in lines if not line.facts.path.startswith(facts.path)],
        zones=arrange_zones(select_zones(session), language),
        seats=[(key, name, seats.get(key, 0)) for key, name in list_member_types(session)],
        may_move=policy.may_edit(actor, list_scopes(facts.path)[:-1]),
        may_edit_site=policy.may_edit_site(actor),
    )


def get_new_institution_page(
    session: Session, actor: Actor, parent_id: int | None, *, language: str
) -> InstitutionPage:
    """Return what the form for a new institution below `parent_id`, or above everything, offers."""
    require_administrator(actor)
    lines = arrange(list_institutions(session, *editable(actor)), language)
    facts = next((line.facts for line in lines if line.facts.id == parent_id), None)
    if facts is None and not (parent_id is None and policy.may_edit_site(actor)):
        raise NotFound
    return InstitutionPage(
        facts=facts,
        way=_list_way(session, actor, facts) if facts else (),
        below=(),
        parents=lines,
        zones=arrange_zones(select_zones(session), language),
        seats=[(key, name, 0) for key, name in list_member_types(session)],
        may_move=False,
        may_edit_site=policy.may_edit_site(actor),
    )


def _list_way(session: Session, actor: Actor, facts: InstitutionFacts) -> list[tuple[int, Texts]]:
    """Return the path's institutions that the actor may edit."""
    way = list_path_names(session, facts.path)
    if policy.may_edit_site(actor):
        return way
    granted = set(policy.list_editable(actor))
    first = next(at for at, (id, _name) in enumerate(way) if id in granted)
    return way[first:]


def get_zone_tree(session: Session, actor: Actor, *, language: str) -> ZoneTree:
    """Return all zones: one query."""
    require_site_administrator(actor)
    return ZoneTree(arrange_zones(select_zones(session), language))


def get_zone_page(session: Session, actor: Actor, zone_id: int, *, language: str) -> ZonePage:
    """Return a zone with what its page offers."""
    lines = get_zone_tree(session, actor, language=language).lines
    zone = next((line for line in lines if line.id == zone_id), None)
    if zone is None:
        raise NotFound
    institutions = session.scalar(
        select(func.count()).select_from(Institution).where(Institution.zone_id == zone_id)
    )
    return ZonePage(zone, lines, institutions or 0)


def list_member_type_lines(session: Session, actor: Actor) -> list[MemberTypeLine]:
    """Return every type of member with its use, in the order in which they were added."""
    require_site_administrator(actor)
    rows = session.execute(
        select(
            MemberType.id,
            MemberType.key,
            MemberType.name,
            func.count(Seat.institution_id),
            func.coalesce(func.sum(Seat.count), 0),
        )
        .outerjoin(Seat, Seat.member_type_id == MemberType.id)
        .group_by(MemberType.id, MemberType.key)
        .order_by(MemberType.id)
    )
    return [MemberTypeLine(*row) for row in rows]


def require_administrator(actor: Actor) -> None:
    """Raise `NotFound` for those who may edit no institution at all."""
    actor.require_somebody()
    if not policy.may_administer(actor):
        raise NotFound


def require_site_administrator(actor: Actor) -> None:
    """Raise `NotFound` for those who may not edit the whole site."""
    actor.require_somebody()
    if not policy.may_edit_site(actor):
        raise NotFound
