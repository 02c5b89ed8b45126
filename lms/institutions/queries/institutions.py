"""What other rooms ask about institutions. These queries ask for no actor: who may know is their caller's to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.i18n import pick_text
from lms.core.permissions import Scope, ScopeKind
from lms.institutions.domain import fold_name
from lms.institutions.models import Institution, MemberType, Seat, Zone


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    """An institution without its people; `seats` counts those of all types."""

    id: int
    key: str
    parent_id: int | None
    path: str
    kind: str
    name: Texts
    zone_id: int | None
    zone_name: Texts | None
    # The last day on which it took anybody in; none: it is open.
    closed_on: date | None
    seats: int

    @property
    def scopes(self) -> list[Scope]:
        """The scopes whose grants hold here."""
        return list_scopes(self.path)


@dataclass(frozen=True, slots=True)
class InstitutionLine:
    """An institution in its tree: `depth` 0 is the outermost of those that were asked for."""

    facts: InstitutionFacts
    depth: int


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """How many seats an institution has for one type of member. `member_type` is what memberships name."""

    member_type: str
    name: Texts
    count: int


def list_scopes(path: str | None) -> list[Scope]:
    """Return the scopes that hold for an institution: its own and those of all above it."""
    ids = [int(part) for part in (path or "").split("/") if part]
    return [Scope(ScopeKind.INSTITUTION, id) for id in ids]


def get_institution(session: Session, institution_id: int) -> InstitutionFacts:
    """Return the institution; raises `NotFound`. For other rooms: it asks for no actor."""
    found = list_institutions(session, Institution.id == institution_id)
    if not found:
        raise NotFound
    return found[0]


def find_institution_by_key(session: Session, key: str) -> InstitutionFacts | None:
    """Return the institution with that key, if there is one. For other rooms: it asks for no actor."""
    return next(iter(list_institutions(session, Institution.key == key)), None)


def list_children(
    session: Session, institution_id: int | None, *, language: str
) -> list[InstitutionFacts]:
    """Return what lies directly below an institution, or above everything (None), by name. For other rooms."""
    found = list_institutions(session, Institution.parent_id == institution_id)
    return sorted(found, key=lambda facts: _sort_key(facts, language))


def list_tree(
    session: Session, *, language: str, below: str | None = None
) -> list[InstitutionLine]:
    """Return all institutions, or the one whose path is `below` and all under it, as a tree is read: one query.

    What lies beside each other stands by name. For other rooms: it asks for no actor.
    """
    return arrange(list_institutions(session, *_below(below)), language)


def list_institutions(session: Session, *conditions: ColumnElement[bool]) -> list[InstitutionFacts]:
    """Return the institutions that these conditions leave, in no order. For this room."""
    return [InstitutionFacts(*row) for row in session.execute(_select_facts().where(*conditions))]


def list_seats(session: Session, institution_id: int) -> list[SeatFacts]:
    """Return the seats of one institution, in the order in which the types were added. For other rooms."""
    rows = session.execute(
        select(MemberType.key, MemberType.name, Seat.count)
        .join(Seat, Seat.member_type_id == MemberType.id)
        .where(Seat.institution_id == institution_id)
        .order_by(MemberType.id)
    )
    return [SeatFacts(*row) for row in rows]


def list_member_types(session: Session) -> list[tuple[str, Texts]]:
    """Return key and name of every type of member, in the order in which they were added."""
    rows = session.execute(select(MemberType.key, MemberType.name).order_by(MemberType.id))
    return [(key, name) for key, name in rows]


def list_path_names(session: Session, path: str) -> list[tuple[int, Texts]]:
    """Return id and name of the institutions on a path, the outermost first. For other rooms: it asks for no actor."""
    ids = [scope.id for scope in list_scopes(path)]
    rows = session.execute(select(Institution.id, Institution.name).where(Institution.id.in_(ids)))
    names: dict[int | None, Texts] = dict(rows.all())
    return [(id, names[id]) for id in ids if id is not None and id in names]


def search_lines(lines: Iterable[InstitutionLine], text: str) -> list[InstitutionLine]:
    """Return the lines whose key or name in any language has all words of `text`, accents and case ignored."""
    words = fold_name(text).split()
    return [
        line
        for line in lines
        if all(
            any(word in fold_name(name) for name in (line.facts.key, *line.facts.name.values()))
            for word in words
        )
    ]


def arrange(found: Sequence[InstitutionFacts], language: str) -> list[InstitutionLine]:
    """Return the institutions as a tree is read; one whose parent is not among them stands outermost."""
    ids = {facts.id for facts in found}
    below: dict[int | None, list[InstitutionFacts]] = {}
    for facts in found:
        below.setdefault(facts.parent_id if facts.parent_id in ids else None, []).append(facts)
    for siblings in below.values():
        siblings.sort(key=lambda facts: _sort_key(facts, language), reverse=True)
    lines, waiting = [], [(facts, 0) for facts in below.get(None, ())]
    while waiting:
        facts, depth = waiting.pop()
        lines.append(InstitutionLine(facts, depth))
        waiting.extend((child, depth + 1) for child in below.get(facts.id, ()))
    return lines


def _sort_key(facts: InstitutionFacts, language: str) -> tuple[str, str]:
    return fold_name(pick_text(facts.name, language)), facts.key


def _below(path: str | None) -> list[ColumnElement[bool]]:
    return [] if path is None else [Institution.path.startswith(path, autoescape=True)]


def _select_facts() -> Select[Any]:
    seats = (
        select(func.coalesce(func.sum(Seat.count), 0))
        .where(Seat.institution_id == Institution.id)
        .correlate(Institution)
        .scalar_subquery()
    )
    return (
        select(
            Institution.id,
            Institution.key,
            Institution.parent_id,
            Institution.path,
            Institution.kind,
            Institution.name,
            Institution.zone_id,
            Zone.name,
            Institution.closed_on,
            seats,
        )
        .outerjoin(Zone, Zone.id == Institution.zone_id)
        .order_by(Institution.id)
    )
