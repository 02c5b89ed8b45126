"""Where people stand, in SQL: what the overview counts and the list of people shows come from the same lines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CTE, Select, case, distinct, exists, func, or_, select

from lms import accounts, credentials, learning
from lms.credentials.domain import CredentialKind
from lms.officers.domain import ACTIVE_FOR, STUCK_AFTER
from lms.officers.queries.places import MEMBERS, is_there

OWNERS = learning.enrolment_owners.c
CREDENTIALS = credentials.credential_facts.c


def select_ways(below: CTE, *, now: datetime, module_id: int | None = None) -> CTE:
    """Return what came of the enrolments that belong to the institutions of `below`: one row a branch and person.

    `below` has `institution_id` and the `branch_id` under which it counts.
    """
    has_certificate = exists().where(
        CREDENTIALS.enrolment_id == OWNERS.enrolment_id,
        CREDENTIALS.kind == CredentialKind.COMPLETION,
        credentials.holds_on(now.date()),
    )
    is_unfinished = OWNERS.completed_at.is_(None)
    # Being enrolled by somebody else is no activity of one's own.
    has_begun = or_(OWNERS.done_count > 0, OWNERS.last_active_at > OWNERS.enrolled_at)
    is_active = has_begun & (OWNERS.last_active_at >= now - ACTIVE_FOR)
    is_stuck = is_unfinished & (OWNERS.last_active_at < now - STUCK_AFTER)
    ways = (
        select(
            below.c.branch_id,
            OWNERS.person_id,
            func.count().label("enrolled"),
            func.count(OWNERS.completed_at).label("completed"),
            func.sum(OWNERS.progress).label("progress"),
            func.max(OWNERS.last_active_at).label("last_active_at"),
            func.max(case((has_begun, 1), else_=0)).label("has_begun"),
            func.max(case((is_active, 1), else_=0)).label("is_active"),
            func.max(case((is_stuck, 1), else_=0)).label("is_stuck"),
            func.max(case((has_certificate, 1), else_=0)).label("is_certified"),
        )
        .select_from(learning.enrolment_owners)
        .join(below, below.c.institution_id == OWNERS.institution_id)
        .where(OWNERS.institution_path.is_not(None))
        .group_by(below.c.branch_id, OWNERS.person_id)
    )
    if module_id is not None:
        ways = ways.where(OWNERS.module_id == module_id)
    return ways.cte("ways")


def select_members(below: CTE, *, now: datetime, has_left: bool = False) -> CTE:
    """Return who is a confirmed member today, or is no longer: one row a branch and person, each counted once."""
    members = (
        select(below.c.branch_id, MEMBERS.person_id)
        .select_from(accounts.confirmed_memberships)
        .join(below, below.c.institution_id == MEMBERS.institution_id)
        .group_by(below.c.branch_id, MEMBERS.person_id)
    )
    if has_left:
        there = case((is_there(now.date()), 1), else_=0)
        return members.having(func.max(there) == 0).cte("members")
    return members.where(is_there(now.date())).cte("members")


def select_counts(below: CTE, *, now: datetime) -> Select[*tuple[int, ...]]:
    """Return for each branch how many people it has, and how many of them stand where."""
    members = select_members(below, now=now)
    ways = select_ways(below, now=now)
    return (
        select(
            members.c.branch_id,
            func.count(distinct(members.c.person_id)).label("people"),
            func.count(ways.c.person_id).label("enrolled"),
            func.coalesce(func.sum(ways.c.is_active), 0).label("active"),
            func.coalesce(func.sum(ways.c.is_stuck), 0).label("stuck"),
            func.count(case((ways.c.completed > 0, 1))).label("completed"),
            func.coalesce(func.sum(ways.c.is_certified), 0).label("certified"),
        )
        .select_from(members)
        .outerjoin(
            ways,
            (ways.c.branch_id == members.c.branch_id) & (ways.c.person_id == members.c.person_id),
        )
        .group_by(members.c.branch_id)
    )
