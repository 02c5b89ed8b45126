"""The seats of a place and of the branches below it, and who in them is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from lms import accounts, catalogue, credentials, institutions
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.credentials.domain import CredentialKind
from lms.officers.domain import Coverage, SeatCoverage, sum_coverage
from lms.officers.queries.places import (
    MEMBERS,
    PATHS,
    ModuleChoice,
    Place,
    PlaceName,
    get_place,
    is_there,
    list_module_choices,
    select_below,
)
from lms.officers.queries.standing import CREDENTIALS

SEATS = institutions.institution_seats.c


@dataclass(frozen=True, slots=True)
class SeatLine:
    """The seats of one type in a branch."""

    member_type: str
    name: Texts
    coverage: SeatCoverage


@dataclass(frozen=True, slots=True)
class BranchSeats:
    """A branch that has seats, with those that are asked for."""

    branch: PlaceName
    lines: Sequence[SeatLine]
    # Of all its seats, those that are not asked for, too.
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class SeatsPage:
    """The seats of a place and of all branches below it."""

    place: Place
    modules: Sequence[ModuleChoice]
    module: ModuleChoice | None
    only_gaps: bool
    # Those that are asked for; the coverage is of all.
    branches: Sequence[BranchSeats]
    coverage: Coverage
    branch_count: int
    # How many branches have nobody trained in any seat.
    untrained_branches: int


def get_seats(
    session: Session,
    actor: Actor,
    institution_id: int,
    *,
    module_slug: str = "",
    only_gaps: bool = False,
    now: datetime,
) -> SeatsPage:
    """Return who has which seat and is trained, in one module or in any; four queries, however many seats there are.

    Trained is who has a certificate of completion that holds today and belongs to the place or to a branch below it.
    Raises `NoSuchInstitution`, `SignInRequired`, and `NotFound` for a module that there is not.
    """
    place = get_place(session, actor, institution_id)
    modules = list_module_choices(session)
    module = None
    if module_slug:
        module = next((one for one in modules if one.slug == module_slug), None)
        if module is None:
            raise catalogue.NoSuchModule
    members = _count_members(session, place, module, on=now.date())
    rows = session.execute(
        select(
            PATHS.institution_id,
            PATHS.path,
            PATHS.name,
            PATHS.closed_on,
            SEATS.member_type,
            SEATS.name.label("member_type_name"),
            SEATS.seats,
        )
        .select_from(institutions.institution_paths)
        .join(institutions.institution_seats, SEATS.institution_id == PATHS.institution_id)
        .where(PATHS.path.startswith(place.path, autoescape=True))
        .order_by(SEATS.member_type)
    )
    lines: dict[PlaceKey, list[SeatLine]] = {}
    names: dict[PlaceKey, PlaceName] = {}
    for row in rows:
        key = _sort_key(row.path)
        names[key] = PlaceName(row.institution_id, row.path, row.name, row.closed_on)
        count, trained = members.get((row.institution_id, row.member_type), (0, 0))
        coverage = SeatCoverage(row.seats, count, trained)
        line = SeatLine(row.member_type, row.member_type_name, coverage)
        lines.setdefault(key, []).append(line)
    every = [
        BranchSeats(names[key], lines[key], sum_coverage(line.coverage for line in lines[key]))
        for key in sorted(lines)
    ]
    return SeatsPage(
        place,
        modules,
        module,
        only_gaps,
        _keep_gaps(every) if only_gaps else every,
        sum_coverage(line.coverage for branch in every for line in branch.lines),
        len(every),
        sum(branch.coverage.is_gap for branch in every),
    )


# A branch comes after the one that it belongs to.
PlaceKey = tuple[int, ...]


def _sort_key(path: str) -> PlaceKey:
    return tuple(int(step) for step in path.split("/") if step)


def _keep_gaps(branches: Sequence[BranchSeats]) -> list[BranchSeats]:
    kept = [
        BranchSeats(one.branch, [line for line in one.lines if line.coverage.is_gap], one.coverage)
        for one in branches
    ]
    return [one for one in kept if one.lines]


def _count_members(
    session: Session, place: Place, module: ModuleChoice | None, *, on: date
) -> dict[tuple[int, str], tuple[int, int]]:
    """Return, by branch and type of member, how many there are today, and how many of them are trained."""
    below = select_below(place.path)
    trained = select(CREDENTIALS.person_id).where(
        CREDENTIALS.institution_id.in_(below),
        CREDENTIALS.kind == CredentialKind.COMPLETION,
        credentials.holds_on(on),
    )
    if module is not None:
        trained = trained.where(CREDENTIALS.module_id == module.id)
    rows = session.execute(
        select(
            MEMBERS.institution_id,
            MEMBERS.member_type,
            func.count(distinct(MEMBERS.person_id)),
            func.count(distinct(case((MEMBERS.person_id.in_(trained), MEMBERS.person_id)))),
        )
        .select_from(accounts.confirmed_memberships)
        .where(MEMBERS.institution_id.in_(below), MEMBERS.member_type.is_not(None), is_there(on))
        .group_by(MEMBERS.institution_id, MEMBERS.member_type)
    )
    return {(place_id, type_): (count, many) for place_id, type_, count, many in rows}
