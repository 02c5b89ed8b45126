"""The figures of an institution: every number from the same rows, on the page, in the file, and behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import accounts, catalogue, credentials, institutions, learning
from lms.accounts.domain import fold_name
from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.permissions import Actor, Scope
from lms.officers import policy
from lms.officers.domain import (
    PERSONAL,
    Counts,
    Dimension,
    Fact,
    Line,
    Measure,
    select_facts,
    tabulate,
    total,
)

OWNERS = learning.enrolment_owners.c
PATHS = institutions.institution_paths.c
CERTIFIED = credentials.certified_enrolments.c
DETAILS = accounts.personal_details.c
NAMES = accounts.person_names.c
MODULES = catalogue.module_facts.c


@dataclass(frozen=True, slots=True)
class Figures:
    """An institution with all below it, counted on a day. Names are by id, in each language."""

    institution_id: int
    name: Texts
    scopes: tuple[Scope, ...]
    as_of: date
    facts: tuple[Fact, ...]
    branches: Mapping[int, Texts]
    modules: Mapping[int, ModuleName]

    @property
    def total(self) -> Counts:
        """Everybody, each once."""
        return total(self.facts, as_of=self.as_of)

    def table(self, dimension: Dimension) -> list[Line]:
        """Return the table by one dimension."""
        return tabulate(self.facts, dimension, as_of=self.as_of)


@dataclass(frozen=True, slots=True)
class ModuleName:
    """A module, as a table names it."""

    slug: str
    code: str
    title: Texts
    source_language: str


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """Somebody whom a number counts, with the enrolments for which."""

    person_id: int
    name: str
    facts: tuple[Fact, ...]


def get_figures(
    session: Session, actor: Actor, institution_id: int, *, module: str | None = None, as_of: date
) -> Figures:
    """Return the figures of an institution and all below it, of one module (its slug) or of all; four queries.

    Raises `SignInRequired` or `NotFound`.
    """
    actor.require_somebody()
    place = session.execute(
        select(PATHS.path, PATHS.name).where(PATHS.institution_id == institution_id)
    ).one_or_none()
    scopes = tuple(institutions.list_scopes(place.path if place else None))
    if place is None or not policy.may_read_figures(actor, scopes):
        raise NotFound
    children = session.execute(
        select(PATHS.institution_id, PATHS.name).where(PATHS.parent_id == institution_id)
    )
    branches = {institution_id: place.name, **{row.institution_id: row.name for row in children}}
    facts = _list_facts(session, institution_id, place.path, module)
    titles = session.execute(
        select(
            MODULES.module_id, MODULES.slug, MODULES.code, MODULES.title, MODULES.source_language
        ).order_by(MODULES.code, MODULES.slug)
    )
    modules = {id: ModuleName(*rest) for id, *rest in titles}
    return Figures(institution_id, place.name, scopes, as_of, facts, branches, modules)


def _list_facts(
    session: Session, institution_id: int, path: str, module: str | None
) -> tuple[Fact, ...]:
    query = (
        select(
            OWNERS.enrolment_id,
            OWNERS.person_id,
            OWNERS.institution_path,
            OWNERS.module_id,
            OWNERS.enrolled_at,
            OWNERS.last_active_at,
            OWNERS.done_count,
            OWNERS.completed_on,
            CERTIFIED.certified_at,
            DETAILS.sex,
            DETAILS.age_band,
        )
        .outerjoin(credentials.certified_enrolments, CERTIFIED.enrolment_id == OWNERS.enrolment_id)
        .outerjoin(accounts.personal_details, DETAILS.person_id == OWNERS.person_id)
        .where(OWNERS.institution_path.startswith(path, autoescape=True))
        .order_by(OWNERS.enrolment_id)
    )
    if module is not None:
        query = query.join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id).where(
            MODULES.slug == module
        )
    return tuple(
        Fact(
            row.enrolment_id,
            row.person_id,
            _branch_of(row.institution_path, path, institution_id),
            row.module_id,
            row.enrolled_at.date(),
            row.last_active_at.date() if _has_begun(row) else None,
            row.completed_on,
            row.certified_at.date() if row.certified_at else None,
            row.sex,
            row.age_band,
        )
        for row in session.execute(query)
    )


def _has_begun(row: Any) -> bool:
    """Return whether anything was done in an enrolment: to be enrolled is no activity of one's own."""
    return bool(row.done_count > 0 or row.last_active_at > row.enrolled_at)


def _branch_of(path: str, above: str, institution_id: int) -> int:
    """Return the institution directly below the one at `above` in which `path` lies, or that one itself."""
    below = path.removeprefix(above).partition("/")[0]
    return int(below) if below else institution_id


def list_counted(
    session: Session,
    actor: Actor,
    figures: Figures,
    measure: Measure,
    *,
    dimension: Dimension | None = None,
    key: str = "",
) -> list[CountedPerson]:
    """Return the people behind a number of `figures`, by name; one query.

    Who may not read what people said of themselves may not open a number by sex or age: `NotFound`.
    """
    if dimension in PERSONAL and not policy.may_read_personal(actor, figures.scopes):
        raise NotFound
    found: dict[int, list[Fact]] = {}
    for fact in select_facts(
        figures.facts, measure, as_of=figures.as_of, dimension=dimension, key=key
    ):
        found.setdefault(fact.person_id, []).append(fact)
    names: dict[int, str] = {}
    ids = list(found)
    # As many as SQLite takes as parameters, with room to spare.
    for start in range(0, len(ids), 10_000):
        some = ids[start : start + 10_000]
        rows = session.execute(select(NAMES.person_id, NAMES.name).where(NAMES.person_id.in_(some)))
        names |= {row.person_id: row.name for row in rows}
    return sorted(
        (CountedPerson(id, names[id], tuple(facts)) for id, facts in found.items()),
        key=lambda person: (fold_name(person.name), person.person_id),
    )
