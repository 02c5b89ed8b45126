"""Places: institutions as their officers see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions, learning
from lms.core.db import Texts
from lms.core.permissions import SITE, Actor, Permission, Scope, ScopeKind
from lms.officers import policy
from lms.officers.domain import keep_topmost
from lms.officers.errors import NoSuchInstitution

PATHS = institutions.institution_paths.c
MEMBERS = accounts.confirmed_memberships.c
MODULES = catalogue.module_facts.c
EDITIONS = learning.editions.c


@dataclass(frozen=True, slots=True)
class PlaceName:
    """An institution by name; `depth` is 0 for the widest of a list, and 1 more for each step below it."""

    id: int
    path: str
    name: Texts
    closed_on: date | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """An institution at which the actor keeps a desk; `above` are those above it that the actor may read, too."""

    id: int
    path: str
    name: Texts
    closed_on: date | None
    above: Sequence[PlaceName]

    @property
    def scopes(self) -> list[Scope]:
        """The scopes at which a grant reaches this institution."""
        return institutions.list_scopes(self.path)


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A published module, with the keys of its editions, the open one first."""

    id: int
    slug: str
    code: str
    title: Texts
    source_language: str
    editions: tuple[str, ...]


def list_desks(session: Session, actor: Actor) -> list[PlaceName]:
    """Return the topmost institutions at which the actor keeps a desk; for an administrator all that lie below none.

    One query. Raises `NoSuchInstitution` for who keeps none, and `SignInRequired`.
    """
    actor.require_somebody()
    if not policy.keeps_desk(actor):
        raise NoSuchInstitution
    granted = actor.scopes_of(Permission.READ_MEMBER)
    ids = [scope.id for scope in granted if scope.kind is ScopeKind.INSTITUTION]
    mine = PATHS.parent_id.is_(None) if SITE in granted else PATHS.institution_id.in_(ids)
    rows = session.execute(
        select(PATHS.institution_id, PATHS.name, PATHS.path, PATHS.closed_on).where(mine)
    ).all()
    topmost = set(keep_topmost([row.path for row in rows]))
    found = [row for row in rows if row.path in topmost]
    return [PlaceName(row.institution_id, row.path, row.name, row.closed_on) for row in found]


def get_place(session: Session, actor: Actor, institution_id: int) -> Place:
    """Return an institution whose people the actor may read; one query.

    Raises `NoSuchInstitution` or `SignInRequired`.
    """
    actor.require_somebody()
    here = institutions.institution_paths.alias("here")
    rows = session.execute(
        select(PATHS.institution_id, PATHS.path, PATHS.name, PATHS.closed_on)
        .select_from(institutions.institution_paths)
        .join(here, here.c.path.like(PATHS.path + "%"))
        .where(here.c.institution_id == institution_id)
        .order_by(PATHS.path)
    ).all()
    place = next((row for row in rows if row.institution_id == institution_id), None)
    if place is None or not policy.may_read(actor, institutions.list_scopes(place.path)):
        raise NoSuchInstitution
    above = [
        PlaceName(row.institution_id, row.path, row.name)
        for row in rows
        if row is not place and policy.may_read(actor, institutions.list_scopes(row.path))
    ]
    above.sort(key=lambda one: len(one.path))
    return Place(place.institution_id, place.path, place.name, place.closed_on, above)


def select_below(path: str) -> Select[int]:
    """Return in SQL the ids of an institution and of all below it."""
    return select(PATHS.institution_id).where(PATHS.path.startswith(path, autoescape=True))


def is_there(on: date) -> ColumnElement[bool]:
    """Return in SQL whether a confirmed membership holds on that day."""
    return (MEMBERS.started_on <= on) & or_(MEMBERS.ended_on.is_(None), MEMBERS.ended_on >= on)


def list_below(session: Session, place: Place) -> list[PlaceName]:
    """Return the institutions below a place, each after the one that it belongs to; one query."""
    rows = session.execute(
        select(PATHS.institution_id, PATHS.path, PATHS.name, PATHS.closed_on).where(
            PATHS.path.startswith(place.path, autoescape=True), PATHS.institution_id != place.id
        )
    ).all()
    top = place.path.count("/") + 1
    by_steps = sorted(rows, key=lambda row: [int(step) for step in row.path.split("/") if step])
    return [
        PlaceName(row.institution_id, row.path, row.name, row.closed_on, row.path.count("/") - top)
        for row in by_steps
    ]


def list_module_choices(session: Session) -> list[ModuleChoice]:
    """Return the published modules with their editions; one query."""
    rows = session.execute(
        select(
            MODULES.module_id,
            MODULES.slug,
            MODULES.code,
            MODULES.title,
            MODULES.source_language,
            EDITIONS.edition_key,
        )
        .join(learning.editions, EDITIONS.module_id == MODULES.module_id)
        .order_by(
            MODULES.code, MODULES.slug, EDITIONS.edition_key != learning.OPEN_EDITION,
            EDITIONS.edition_id,
        )
    ).all()  # fmt: skip
    keys: dict[int, list[str]] = {}
    for row in rows:
        keys.setdefault(row.module_id, []).append(row.edition_key)
    firsts = {row.module_id: row for row in reversed(rows)}
    return [
        ModuleChoice(
            id, firsts[id].slug, firsts[id].code, firsts[id].title, firsts[id].source_language,
            tuple(editions),
        )
        for id, editions in keys.items()
    ]  # fmt: skip
