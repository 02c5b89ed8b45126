"""Bringing people in: what a plan says, done for all its lines at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.commands.personal import Stated, record_personal_details
from lms.accounts.domain import Outcome, PersonLine, PlannedLine
from lms.accounts.errors import PeopleChanged
from lms.accounts.models import Membership, Person
from lms.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The plan that was done, and the ids of the people who are new, in the order of their lines."""

    planned: tuple[PlannedLine, ...]
    new_ids: tuple[int, ...]

    def count(self, *outcomes: Outcome) -> int:
        found = Counter(one.outcome for one in self.planned)
        return sum(found[outcome] for outcome in outcomes)


def bring_in_people(
    session: Session,
    actor: Actor,
    institution_id: int | None,
    lines: Sequence[PersonLine],
    choices: Mapping[int, str],
    *,
    may_leave_undecided: bool = False,
    now: datetime,
) -> BroughtIn:
    """Do what `queries.plan_people` says now for these lines, and return that plan. Lines that are refused stay out.

    An officer's new people are confirmed members at once; they have no password until a slip is printed. Raises
    `NotFound`, or `PeopleChanged` where a choice is missing or somebody else was quicker: then nothing is done.
    """
    planned = queries.plan_people(session, actor, institution_id, lines, choices, today=now.date())
    if not may_leave_undecided and any(one.outcome is Outcome.UNDECIDED for one in planned):
        raise PeopleChanged
    try:
        with session.begin_nested():
            new_ids = _create(session, actor, planned, now=now)
            _place(session, actor, planned, now=now)
    except IntegrityError as error:
        raise PeopleChanged from error
    return BroughtIn(tuple(planned), tuple(new_ids))


def _create(
    session: Session, actor: Actor, planned: Sequence[PlannedLine], *, now: datetime
) -> list[int]:
    new = [one for one in planned if one.outcome is Outcome.NEW]
    if not new:
        return []
    ids = list(
        session.scalars(
            insert(Person).returning(Person.id, sort_by_parameter_order=True),
            [
                {
                    "login": one.login,
                    "email": one.line.email,
                    "given_names": one.line.name.given_names,
                    "family_names": one.line.name.family_names,
                    "name_order": one.line.name.order,
                    "folded_name": one.line.name.folded,
                    "language": one.line.language,
                    "created_at": now,
                    "session_epoch": 0,
                    "must_change_password": False,
                }
                for one in new
            ],
        )
    )
    placed = [(id, one) for id, one in zip(ids, new, strict=True) if one.institution_id]
    _insert(session, [_confirmed(actor, one, id, now) for id, one in placed])
    stated = {
        id: Stated(one.line.sex, one.line.age_band)
        for id, one in zip(ids, new, strict=True)
        if one.line.sex or one.line.age_band
    }
    record_personal_details(session, actor, stated, now=now)
    return ids


def _place(
    session: Session, actor: Actor, planned: Sequence[PlannedLine], *, now: datetime
) -> None:
    """Give a place, an invitation, an answer or another seat to people who are there."""
    rows = []
    seats: dict[str, list[int]] = {}
    claims = []
    for one in planned:
        if one.outcome is Outcome.JOINS:
            rows.append(_confirmed(actor, one, one.person_id, now))
        elif one.outcome is Outcome.INVITED:
            rows.append(
                _row(one, one.person_id, now)
                | {
                    "invited_by_id": actor.require_person(),
                    "invited_as": one.line.email or one.line.login or one.line.name.written,
                }
            )
        elif one.outcome is Outcome.CLAIM_CONFIRMED:
            claims.append(one.membership_id)
        elif one.outcome is Outcome.SEAT_CHANGED and one.member_type:
            seats.setdefault(one.member_type, []).append(one.membership_id or 0)
    # A second line may say the same of one person: the unique index would refuse the whole.
    first = {(row["person_id"], row["institution_id"]): row for row in reversed(rows)}
    _insert(session, list(reversed(first.values())))
    if claims:
        session.execute(
            update(Membership)
            .where(
                Membership.id.in_(claims),
                Membership.confirmed_at.is_(None),
                Membership.refused_at.is_(None),
                Membership.ended_on.is_(None),
            )
            .values(confirmed_at=now, confirmed_by_id=actor.person_id)
        )
    for member_type, ids in seats.items():
        session.execute(
            update(Membership).where(Membership.id.in_(ids)).values(member_type=member_type)
        )


def _row(one: PlannedLine, person_id: int | None, now: datetime) -> dict[str, object]:
    return {
        "person_id": person_id,
        "institution_id": one.institution_id,
        "member_type": one.member_type,
        "started_on": one.line.started_on or now.date(),
        "claimed_at": now,
        "invited_by_id": None,
        "invited_as": None,
        "confirmed_at": None,
        "confirmed_by_id": None,
    }


def _confirmed(
    actor: Actor, one: PlannedLine, person_id: int | None, now: datetime
) -> dict[str, object]:
    return _row(one, person_id, now) | {"confirmed_at": now, "confirmed_by_id": actor.person_id}


def _insert(session: Session, memberships: Sequence[dict[str, object]]) -> None:
    if memberships:
        session.execute(insert(Membership), memberships)
