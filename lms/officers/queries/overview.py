"""A place at a glance: its people and those of its branches, in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CTE, func, literal, select, union_all
from sqlalchemy.orm import Session

from lms import accounts, institutions
from lms.core.db import Texts
from lms.core.permissions import Actor
from lms.officers import policy
from lms.officers.queries.places import PATHS, Place, PlaceName, get_place, select_below
from lms.officers.queries.standing import CREDENTIALS, select_counts

NEWEST = 5
CLAIMS = accounts.waiting_claims.c


@dataclass(frozen=True, slots=True)
class Headcount:
    """People, each counted once: all, and those of them with an enrolment, an activity, a completion, a certificate."""

    people: int = 0
    enrolled: int = 0
    active: int = 0
    stuck: int = 0
    completed: int = 0
    certified: int = 0

    @property
    def not_enrolled(self) -> int:
        """How many are enrolled in nothing."""
        return self.people - self.enrolled


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """A certificate among the newest; `holder` is None once the name is erased."""

    number: str
    person_id: int
    holder: str | None
    module_title: Texts
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """A place with its direct branches."""

    place: Place
    # Of the whole subtree; somebody in two branches counts once, so it may be less than the sum of the rows.
    total: Headcount
    # Of those who are at the place itself, in no branch.
    here: Headcount
    branches: Sequence[tuple[PlaceName, Headcount]]
    claims: int
    newest: Sequence[NewCertificate]

    @property
    def untrained(self) -> list[PlaceName]:
        """The branches in which people are, and nobody has a certificate that holds."""
        return [name for name, counts in self.branches if counts.people and not counts.certified]

    @property
    def unenrolled(self) -> list[PlaceName]:
        """The branches in which people are, and nobody is enrolled."""
        return [name for name, counts in self.branches if counts.people and not counts.enrolled]


def get_overview(session: Session, actor: Actor, institution_id: int, *, now: datetime) -> Overview:
    """Return a place in figures; six queries, however large it is. Raises `NoSuchInstitution` or `SignInRequired`."""
    place = get_place(session, actor, institution_id)
    branches = session.execute(
        select(PATHS.institution_id, PATHS.path, PATHS.name, PATHS.closed_on).where(
            PATHS.parent_id == place.id
        )
    ).all()
    counts = _count(session, _by_branch(place), now=now)
    total = _count(session, _as_one(place), now=now)
    claims = session.scalar(
        select(func.count())
        .select_from(accounts.waiting_claims)
        .where(CLAIMS.institution_id.in_(select_below(place.path)))
    )
    sees_certificates = policy.may_read_credentials(actor, place.scopes)
    return Overview(
        place,
        total.get(place.id, Headcount()),
        counts.get(place.id, Headcount()),
        [
            (
                PlaceName(row.institution_id, row.path, row.name, row.closed_on),
                counts.get(row.institution_id, Headcount()),
            )
            for row in branches
        ],
        claims or 0,
        _list_newest(session, place) if sees_certificates else (),
    )


def _by_branch(place: Place) -> CTE:
    """Return each institution of the subtree with the direct branch under which it counts; the place under itself."""
    paths = institutions.institution_paths.alias("branch")
    below = (
        select(paths.c.institution_id, paths.c.institution_id.label("branch_id"))
        .where(paths.c.parent_id == place.id)
        .cte("below", recursive=True)
    )
    step = institutions.institution_paths.alias("step")
    below = below.union_all(
        select(step.c.institution_id, below.c.branch_id).join(
            below, step.c.parent_id == below.c.institution_id
        )
    )
    itself = select(literal(place.id), literal(place.id))
    return union_all(select(below), itself).cte("by_branch")


def _as_one(place: Place) -> CTE:
    """Return each institution of the subtree under the place."""
    ids = select_below(place.path)
    return ids.add_columns(literal(place.id).label("branch_id")).cte("as_one")


def _count(session: Session, below: CTE, *, now: datetime) -> dict[int, Headcount]:
    rows = session.execute(select_counts(below, now=now))
    return {
        row.branch_id: Headcount(
            row.people, row.enrolled, row.active, row.stuck, row.completed, row.certified
        )
        for row in rows
    }


def _list_newest(session: Session, place: Place) -> list[NewCertificate]:
    rows = session.execute(
        select(
            CREDENTIALS.number,
            CREDENTIALS.person_id,
            CREDENTIALS.holder,
            CREDENTIALS.module_title,
            CREDENTIALS.issued_at,
        )
        .where(CREDENTIALS.institution_id.in_(select_below(place.path)))
        .order_by(CREDENTIALS.credential_id.desc())
        .limit(NEWEST)
    )
    return [NewCertificate(*row) for row in rows]
