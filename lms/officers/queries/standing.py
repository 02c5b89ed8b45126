"""Where people stand, in SQL: what the overview counts and the list of people shows come from the same lines.

Memberships and enrolments are laid under each other and grouped once, so that no database has to guess how to join
thousands of people with what they did.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import CTE, Select, case, func, literal, null, or_, select, union_all

from lms import accounts, credentials, learning
from lms.credentials.domain import CredentialKind
from lms.officers.domain import STUCK_AFTER, active_since
from lms.officers.queries.places import MEMBERS, is_there

OWNERS = learning.enrolment_owners.c
CREDENTIALS = credentials.institution_credentials.c


def select_standing(
    below: CTE, *, now: datetime, module_id: int | None = None, has_left: bool = False
) -> CTE:
    """Return one row a branch and person who is a confirmed member today, or (`has_left`) was one and is no longer.

    With what came of the enrolments, and which certificates there are, that belong to the institutions of `below`, in
    one module or in all. `below` has
    `institution_id` and the `branch_id` under which it counts.
    """
    facts = union_all(
        _select_enrolments(below, now=now, module_id=module_id),
        # Second, since PostgreSQL takes a column that is NULL in the first two for text.
        _select_memberships(below, now=now),
        _select_certificates(below, now=now, module_id=module_id),
    ).subquery("facts")
    rows = facts.c
    return (
        select(
            rows.branch_id,
            rows.person_id,
            func.sum(rows.enrolled).label("enrolled"),
            func.sum(rows.completed).label("completed"),
            func.sum(rows.progress).label("progress"),
            func.max(rows.last_active_at).label("last_active_at"),
            func.max(rows.has_begun).label("has_begun"),
            func.max(rows.is_active).label("is_active"),
            func.max(rows.is_stuck).label("is_stuck"),
            func.max(rows.is_certified).label("is_certified"),
        )
        .group_by(rows.branch_id, rows.person_id)
        # NULL where there is no membership.
        .having(func.max(rows.is_there) == (0 if has_left else 1))
        .cte("standing")
        # Else PostgreSQL weighs every way to join the names against the cost of all this, and finds them equal.
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _select_enrolments(
    below: CTE, *, now: datetime, module_id: int | None
) -> Select[*tuple[Any, ...]]:
    # Being enrolled by somebody else is no activity of one's own.
    has_begun = or_(OWNERS.done_count > 0, OWNERS.last_active_at > OWNERS.enrolled_at)
    since = datetime.combine(active_since(now.date()), time.min, UTC)
    is_active = has_begun & (OWNERS.last_active_at >= since)
    is_stuck = OWNERS.completed_at.is_(None) & (OWNERS.last_active_at < now - STUCK_AFTER)
    enrolments = (
        select(
            below.c.branch_id,
            OWNERS.person_id,
            literal(1).label("enrolled"),
            case((OWNERS.completed_at.is_not(None), 1), else_=0).label("completed"),
            OWNERS.progress,
            OWNERS.last_active_at,
            case((has_begun, 1), else_=0).label("has_begun"),
            case((is_active, 1), else_=0).label("is_active"),
            case((is_stuck, 1), else_=0).label("is_stuck"),
            literal(0).label("is_certified"),
            null().label("is_there"),
        )
        .select_from(learning.enrolment_owners)
        .join(below, below.c.institution_id == OWNERS.institution_id)
        .where(OWNERS.belongs)
    )
    return enrolments if module_id is None else enrolments.where(OWNERS.module_id == module_id)


def _select_certificates(
    below: CTE, *, now: datetime, module_id: int | None
) -> Select[*tuple[Any, ...]]:
    nothing = [literal(0)] * 2 + [null()] * 2 + [literal(0)] * 3
    certificates = (
        select(below.c.branch_id, CREDENTIALS.person_id, *nothing, literal(1), null())
        .select_from(credentials.institution_credentials)
        .join(below, below.c.institution_id == CREDENTIALS.institution_id)
        .where(CREDENTIALS.kind == CredentialKind.COMPLETION, credentials.holds_on(now.date()))
    )
    return (
        certificates
        if module_id is None
        else certificates.where(CREDENTIALS.module_id == module_id)
    )


def _select_memberships(below: CTE, *, now: datetime) -> Select[*tuple[Any, ...]]:
    nothing = [literal(0)] * 2 + [null()] * 2 + [literal(0)] * 4
    return (
        select(
            below.c.branch_id,
            MEMBERS.person_id,
            *nothing,
            case((is_there(now.date()), 1), else_=0),
        )
        .select_from(accounts.confirmed_memberships)
        .join(below, below.c.institution_id == MEMBERS.institution_id)
    )


def select_counts(below: CTE, *, now: datetime) -> Select[*tuple[int, ...]]:
    """Return for each branch how many people it has, and how many of them stand where."""
    standing = select_standing(below, now=now)
    rows = standing.c
    return select(
        rows.branch_id,
        func.count().label("people"),
        func.count(case((rows.enrolled > 0, 1))).label("enrolled"),
        func.sum(rows.is_active).label("active"),
        func.sum(rows.is_stuck).label("stuck"),
        func.count(case((rows.completed > 0, 1))).label("completed"),
        func.sum(rows.is_certified).label("certified"),
    ).group_by(rows.branch_id)
