"""The people of a place who are asked for, page by page and as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, Select, func, literal, select, type_coerce
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions
from lms.accounts.domain import fold_name
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.credentials.domain import CredentialKind, CredentialState, judge_state
from lms.officers import policy
from lms.officers.domain import (
    PEOPLE_A_PAGE,
    PeopleWanted,
    Sort,
    Standing,
    Way,
)
from lms.officers.errors import NoSuchInstitution
from lms.officers.queries.places import (
    MEMBERS,
    PATHS,
    ModuleChoice,
    Place,
    PlaceName,
    get_place,
    list_below,
    list_module_choices,
    select_below,
)
from lms.officers.queries.standing import CREDENTIALS, select_standing

NAMES = accounts.person_names.c
TYPES = institutions.member_types.c


@dataclass(frozen=True, slots=True)
class Stay:
    """A confirmed membership in the subtree; both days are included."""

    membership_id: int
    person_id: int
    institution_id: int
    institution: Texts
    # What the seat is called; None without one.
    member_type: Texts | None
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate in a list of people, as a check would answer today."""

    person_id: int
    number: str
    module_title: Texts
    state: CredentialState


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list, once however many places the person has."""

    id: int
    name: str
    way: Way
    stays: Sequence[Stay]
    # Of completion, the newest first.
    certificates: Sequence[CertificateLine]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """The people of a place who are asked for."""

    place: Place
    wanted: PeopleWanted
    branches: Sequence[PlaceName]
    modules: Sequence[ModuleChoice]
    module: ModuleChoice | None
    found: int
    lines: Sequence[PersonLine]
    may_enrol: bool
    may_remind: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.found // PEOPLE_A_PAGE))

    @property
    def skipped(self) -> int:
        """How many come before the first of the lines."""
        return (self.wanted.page - 1) * PEOPLE_A_PAGE


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, found in the database."""

    place: Place
    path: str
    branches: Sequence[PlaceName]
    modules: Sequence[ModuleChoice]
    module: ModuleChoice | None


def get_people(
    session: Session, actor: Actor, institution_id: int, wanted: PeopleWanted, *, now: datetime
) -> PeoplePage:
    """Return a page of the people who are asked for; seven queries, however many they are.

    Raises `NoSuchInstitution` (for a branch that does not lie below, too), `NotFound` for a module that there is not,
    and `SignInRequired`.
    """
    asked = _find_asked(session, actor, institution_id, wanted)
    people = _select_people(asked, wanted, now=now)
    found = session.scalar(select(func.count()).select_from(people.subquery())) or 0
    page = min(wanted.page, max(1, -(-found // PEOPLE_A_PAGE)))
    rows = session.execute(people.offset((page - 1) * PEOPLE_A_PAGE).limit(PEOPLE_A_PAGE)).all()
    lines = _list_lines(session, actor, asked, rows, [row.person_id for row in rows], now=now)
    return PeoplePage(
        asked.place,
        replace(wanted, page=page),
        asked.branches,
        asked.modules,
        asked.module,
        found,
        lines,
        policy.may_enrol(actor, asked.place.scopes),
        policy.may_remind(actor, asked.place.scopes),
    )


def list_people(
    session: Session, actor: Actor, institution_id: int, wanted: PeopleWanted, *, now: datetime
) -> PeoplePage:
    """Return all who are asked for, on one page however many they are; raises what `get_people` does."""
    asked = _find_asked(session, actor, institution_id, wanted)
    rows = session.execute(_select_people(asked, wanted, now=now)).all()
    lines = _list_lines(session, actor, asked, rows, None, now=now)
    return PeoplePage(
        asked.place, replace(wanted, page=1), asked.branches, asked.modules, asked.module,
        len(lines), lines, may_enrol=False, may_remind=False,
    )  # fmt: skip


def _find_asked(
    session: Session, actor: Actor, institution_id: int, wanted: PeopleWanted
) -> _Asked:
    place = get_place(session, actor, institution_id)
    branches = list_below(session, place)
    modules = list_module_choices(session)
    path = place.path
    if wanted.branch_id is not None and wanted.branch_id != place.id:
        branch = next((one for one in branches if one.id == wanted.branch_id), None)
        if branch is None:
            raise NoSuchInstitution
        path = branch.path
    module = None
    if wanted.module:
        module = next((one for one in modules if one.slug == wanted.module), None)
        if module is None:
            raise catalogue.NoSuchModule
    return _Asked(place, path, branches, modules, module)


def _select_people(
    asked: _Asked, wanted: PeopleWanted, *, now: datetime
) -> Select[*tuple[Any, ...]]:
    below = select_below(asked.path).add_columns(literal(0).label("branch_id")).cte("below")
    standing = select_standing(
        below,
        now=now,
        module_id=asked.module.id if asked.module else None,
        has_left=wanted.has_left,
    )
    people = (
        select(
            NAMES.person_id,
            NAMES.name,
            standing.c.enrolled,
            standing.c.completed,
            standing.c.progress,
            standing.c.last_active_at,
            standing.c.has_begun,
            standing.c.is_stuck,
        )
        .select_from(standing)
        .join(accounts.person_names, NAMES.person_id == standing.c.person_id)
    )
    if wanted.standing is not None:
        people = people.where(_stands(standing, wanted.standing))
    for word in fold_name(wanted.name).split():
        people = people.where(NAMES.folded_name.contains(word, autoescape=True))
    return people.order_by(*_order(standing, wanted.sort), NAMES.folded_name, NAMES.person_id)


def _stands(standing: CTE, wanted: Standing) -> ColumnElement[bool]:
    rows = standing.c
    conditions: Mapping[Standing, ColumnElement[bool]] = {
        Standing.NOT_ENROLLED: rows.enrolled == 0,
        Standing.ENROLLED: rows.enrolled > 0,
        Standing.ACTIVE: rows.is_active == 1,
        Standing.STUCK: rows.is_stuck == 1,
        Standing.COMPLETED: rows.completed > 0,
        Standing.CERTIFIED: rows.is_certified == 1,
    }
    return conditions[wanted]


def _order(standing: CTE, sort: Sort) -> list[ColumnElement[Any]]:
    # Where the databases put what is NULL differs.
    rows = standing.c
    last = rows.enrolled == 0
    match sort:
        case Sort.NAME:
            return []
        case Sort.QUIET:
            return [last, rows.last_active_at]
        case Sort.RECENT:
            return [last, rows.last_active_at.desc()]
        case Sort.PROGRESS:
            return [last, type_coerce(rows.progress, Integer) * 1.0 / rows.enrolled]


def _list_lines(
    session: Session,
    actor: Actor,
    asked: _Asked,
    rows: Sequence[Any],
    ids: Collection[int] | None,
    *,
    now: datetime,
) -> list[PersonLine]:
    """Return the lines of these rows; `ids` are the people's, or None where they are too many to name."""
    stays: dict[int, list[Stay]] = {}
    for stay in list_stays(session, asked.path, ids):
        stays.setdefault(stay.person_id, []).append(stay)
    certificates: dict[int, list[CertificateLine]] = {}
    if policy.may_read_credentials(actor, asked.place.scopes):
        for line in _list_certificates(session, asked, ids, on=now.date()):
            certificates.setdefault(line.person_id, []).append(line)
    today = now.date()
    return [
        PersonLine(
            row.person_id,
            row.name,
            as_way(row),
            _tell_stays(stays.get(row.person_id, []), today),
            certificates.get(row.person_id, []),
        )
        for row in rows
    ]


def as_way(row: Any) -> Way:
    """Return what a row of `select_standing` says; one without enrolments says nothing."""
    if not row.enrolled:
        return Way()
    return Way(
        row.enrolled,
        row.completed,
        Decimal(row.progress) / row.enrolled,
        row.last_active_at,
        bool(row.has_begun),
        bool(row.is_stuck),
    )


def _tell_stays(stays: Sequence[Stay], today: date) -> list[Stay]:
    """Return the places that somebody has today; for who has left, those that the person had."""
    current = [stay for stay in stays if stay.ended_on is None or stay.ended_on >= today]
    return current or list(stays)


def list_stays(session: Session, path: str, ids: Collection[int] | None) -> list[Stay]:
    """Return the memberships below a path of these people, or of all, the newest first; one query."""
    query = (
        select(
            MEMBERS.membership_id,
            MEMBERS.person_id,
            MEMBERS.institution_id,
            PATHS.name,
            TYPES.name,
            MEMBERS.started_on,
            MEMBERS.ended_on,
        )
        .select_from(accounts.confirmed_memberships)
        .join(institutions.institution_paths, PATHS.institution_id == MEMBERS.institution_id)
        .outerjoin(institutions.member_types, TYPES.key == MEMBERS.member_type)
        .where(PATHS.path.startswith(path, autoescape=True))
        .order_by(MEMBERS.started_on.desc(), MEMBERS.membership_id.desc())
    )
    if ids is not None:
        query = query.where(MEMBERS.person_id.in_(ids))
    return [Stay(*row) for row in session.execute(query)]


def _list_certificates(
    session: Session, asked: _Asked, ids: Collection[int] | None, *, on: date
) -> list[CertificateLine]:
    query = (
        select(
            CREDENTIALS.person_id,
            CREDENTIALS.number,
            CREDENTIALS.module_title,
            CREDENTIALS.holder,
            CREDENTIALS.revoked_at,
            CREDENTIALS.expires_on,
        )
        .where(
            CREDENTIALS.institution_id.in_(select_below(asked.path)),
            CREDENTIALS.kind == CredentialKind.COMPLETION,
            # One that was replaced is told by the one that replaced it.
            CREDENTIALS.newer_number.is_(None),
        )
        .order_by(CREDENTIALS.credential_id.desc())
    )
    if ids is not None:
        query = query.where(CREDENTIALS.person_id.in_(ids))
    if asked.module is not None:
        query = query.where(CREDENTIALS.module_id == asked.module.id)
    return [
        CertificateLine(
            row.person_id,
            row.number,
            row.module_title,
            judge_state(
                has_name=row.holder is not None,
                is_revoked=row.revoked_at is not None,
                is_newest=True,
                is_expired=row.expires_on is not None and on > row.expires_on,
            ),
        )
        for row in session.execute(query)
    ]
