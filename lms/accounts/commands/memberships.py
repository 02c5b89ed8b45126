"""Who belongs to which institution, and from when to when: claims, invitations, endings and moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import institutions
from lms.accounts import policy, queries
from lms.accounts.domain import Days, EndReason, MembershipConfirmed, fold_login
from lms.accounts.errors import (
    AlreadyAnswered,
    AlreadyEnded,
    AlreadyThere,
    ClaimWithdrawn,
    DaysTaken,
    OwnClaim,
    SamePlace,
    UnfitDays,
    UnfitPlace,
)
from lms.accounts.models import Membership
from lms.accounts.queries.memberships import (
    PATHS,
    find_account,
    find_written_name,
    list_days_at,
)
from lms.core import events
from lms.core.errors import NotAllowed
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Moved:
    """Who moved from where to where, and whether the new place is confirmed or waits for an officer there."""

    person_id: int
    from_institution_id: int
    to_institution_id: int
    is_confirmed: bool


def confirm_membership(
    session: Session, actor: Actor, person_id: int, institution_id: int, *, now: datetime
) -> None:
    """Record that a person belongs to an institution from today on, confirmed at once. For demo and command line."""
    if not policy.may_create_person(actor):
        raise NotAllowed
    session.add(
        Membership(
            person_id=person_id,
            institution_id=institution_id,
            started_on=now.date(),
            claimed_at=now,
            confirmed_at=now,
            confirmed_by_id=actor.person_id,
        )
    )


# --- The person's own -------------------------------------------------------------------------------


def claim_institution(
    session: Session,
    actor: Actor,
    institution_id: int,
    *,
    member_type: str | None,
    started_on: date,
    now: datetime,
) -> int:
    """Record that the actor says to belong to an institution; return the row's id. It opens nothing until confirmed.

    Raises `UnfitPlace`, `UnfitDays`, `AlreadyThere` or `DaysTaken`.
    """
    person_id = actor.require_person()
    _require_open_place(session, institution_id, member_type, today=now.date())
    membership = Membership(
        person_id=person_id,
        institution_id=institution_id,
        member_type=member_type,
        started_on=started_on,
        claimed_at=now,
    )
    return _add(session, membership, now=now)


def withdraw_claim(session: Session, actor: Actor, membership_id: int, *, now: datetime) -> None:
    """Take back a claim of one's own that nobody has answered."""
    membership = _lock_own(session, actor, membership_id, Membership.invited_by_id.is_(None))
    _require_unanswered(session, membership)
    membership.refused_at, membership.refused_by_id = now, membership.person_id


def accept_invitation(session: Session, actor: Actor, membership_id: int, *, now: datetime) -> int:
    """Let an invitation of one's own hold from its first day on; return the institution's id."""
    membership = _lock_own(session, actor, membership_id, Membership.invited_by_id.is_not(None))
    _require_unanswered(session, membership)
    membership.confirmed_at, membership.confirmed_by_id = now, membership.invited_by_id
    _tell_confirmed(session, membership, now=now)
    return membership.institution_id


def decline_invitation(
    session: Session, actor: Actor, membership_id: int, *, now: datetime
) -> None:
    """Refuse an invitation; the institution learns no more than that."""
    membership = _lock_own(session, actor, membership_id, Membership.invited_by_id.is_not(None))
    _require_unanswered(session, membership)
    membership.refused_at, membership.refused_by_id = now, membership.person_id


def leave_institution(
    session: Session, actor: Actor, membership_id: int, *, ended_on: date, now: datetime
) -> None:
    """End a confirmed membership of one's own. Raises `UnfitDays` or `AlreadyEnded`."""
    membership = _lock_own(session, actor, membership_id, Membership.confirmed_at.is_not(None))
    _end(membership, actor, ended_on, EndReason.LEFT, now=now)


def _lock_own(
    session: Session, actor: Actor, membership_id: int, condition: ColumnElement[bool]
) -> Membership:
    person_id = actor.require_person()
    return queries.lock_membership(
        session, membership_id, Membership.person_id == person_id, condition
    )


# --- The officer's ----------------------------------------------------------------------------------


def confirm_claim(
    session: Session,
    actor: Actor,
    institution_id: int,
    membership_id: int,
    *,
    started_on: date | None = None,
    now: datetime,
) -> int:
    """Confirm a claim at or below an institution, from the day claimed or another; return the person's id.

    Raises `NoSuchMembership`, `OwnClaim`, `UnfitDays`, `DaysTaken`, and where somebody was quicker `AlreadyAnswered`
    or `ClaimWithdrawn`.
    """
    membership = _lock_claim(session, actor, institution_id, membership_id)
    if started_on is not None:
        _require_days(Days(started_on), now=now)
        membership.started_on = started_on
    membership.confirmed_at, membership.confirmed_by_id = now, actor.person_id
    _tell_confirmed(session, membership, now=now)
    return membership.person_id


def refuse_claim(
    session: Session, actor: Actor, institution_id: int, membership_id: int, *, now: datetime
) -> None:
    """Refuse a claim at or below an institution. Raises as `confirm_claim`."""
    membership = _lock_claim(session, actor, institution_id, membership_id)
    membership.refused_at, membership.refused_by_id = now, actor.person_id


def _lock_claim(
    session: Session, actor: Actor, institution_id: int, membership_id: int
) -> Membership:
    path = queries.get_managed(session, actor, institution_id).path
    membership = queries.lock_membership(
        session, membership_id, _lies_within(path), Membership.invited_by_id.is_(None)
    )
    if actor.is_person(membership.person_id):
        raise OwnClaim
    _require_unanswered(session, membership)
    return membership


def invite_person(
    session: Session,
    actor: Actor,
    institution_id: int,
    login: str,
    *,
    member_type: str | None,
    started_on: date,
    now: datetime,
) -> None:
    """Invite the owner of an exact address or user name, if there is one; the caller cannot tell whether there is.

    Raises `UnfitPlace` or `UnfitDays`. Who is a member, claims it or is invited already is left so.
    """
    place = queries.get_managed(session, actor, institution_id)
    _require_open_place(session, place.id, member_type, today=now.date())
    _require_days(Days(started_on), now=now)
    typed = fold_login(login)
    person_id = find_account(session, typed) if typed else None
    if person_id is None or actor.is_person(person_id):
        return
    membership = Membership(
        person_id=person_id,
        institution_id=place.id,
        member_type=member_type,
        started_on=started_on,
        claimed_at=now,
        invited_by_id=actor.require_person(),
        invited_as=typed,
    )
    if not any(days.meets(Days(started_on)) for days in list_days_at(session, person_id, place.id)):
        _try_to_add(session, membership)


def withdraw_invitation(
    session: Session, actor: Actor, institution_id: int, membership_id: int, *, now: datetime
) -> None:
    """Take back an invitation at or below an institution that was not answered."""
    path = queries.get_managed(session, actor, institution_id).path
    membership = queries.lock_membership(
        session, membership_id, _lies_within(path), Membership.invited_by_id.is_not(None)
    )
    _require_unanswered(session, membership)
    membership.refused_at, membership.refused_by_id = now, actor.person_id


def end_membership(
    session: Session,
    actor: Actor,
    institution_id: int,
    membership_id: int,
    *,
    ended_on: date,
    now: datetime,
) -> None:
    """End a confirmed membership at or below an institution: the person left. Raises `UnfitDays`, `AlreadyEnded`."""
    membership = _lock_member(session, actor, institution_id, membership_id)
    _end(membership, actor, ended_on, EndReason.LEFT, now=now)


def move_member(
    session: Session,
    actor: Actor,
    institution_id: int,
    membership_id: int,
    *,
    to_institution_id: int,
    member_type: str | None,
    ended_on: date | None,
    now: datetime,
) -> Moved:
    """End a membership as moved, and begin one elsewhere on the day after (today, if that is not past yet).

    Without a last day it is yesterday, or today where the membership began no earlier.

    Confirmed at once where the actor manages the new institution too; else a claim that an officer there answers.
    Raises `SamePlace`, `UnfitPlace`, `UnfitDays`, `AlreadyEnded`, `AlreadyThere` or `DaysTaken`. For the room above,
    which lets unfinished enrolments follow.
    """
    membership = _lock_member(session, actor, institution_id, membership_id)
    if actor.is_person(membership.person_id):
        raise OwnClaim
    if to_institution_id == membership.institution_id:
        raise SamePlace
    path = _require_open_place(session, to_institution_id, member_type, today=now.date())
    if ended_on is None:
        ended_on = max(membership.started_on, now.date() - timedelta(days=1))
    _end(membership, actor, ended_on, EndReason.MOVED, now=now)
    is_confirmed = policy.may_manage_members(actor, institutions.list_scopes(path))
    moved = _find_open(session, membership.person_id, to_institution_id)
    if moved is None:
        moved = Membership(
            person_id=membership.person_id,
            institution_id=to_institution_id,
            member_type=member_type,
            started_on=min(ended_on + timedelta(days=1), now.date()),
            claimed_at=now,
        )
        _add(session, moved, now=now)
    elif moved.confirmed_at is not None:
        raise AlreadyThere
    if is_confirmed:
        moved.confirmed_at, moved.confirmed_by_id = now, actor.person_id
    return Moved(membership.person_id, membership.institution_id, to_institution_id, is_confirmed)


def _tell_confirmed(session: Session, membership: Membership, *, now: datetime) -> None:
    session.flush()
    event = MembershipConfirmed(membership.person_id, membership.institution_id)
    events.publish(session, event, now=now)


def _find_open(session: Session, person_id: int, institution_id: int) -> Membership | None:
    """Return the claim, invitation or membership that is open between the two, locked."""
    found: Membership | None = session.scalar(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            Membership.institution_id == institution_id,
            Membership.ended_on.is_(None),
            Membership.refused_at.is_(None),
        )
        .with_for_update()
    )
    return found


def _lock_member(
    session: Session, actor: Actor, institution_id: int, membership_id: int
) -> Membership:
    path = queries.get_managed(session, actor, institution_id).path
    return queries.lock_membership(
        session,
        membership_id,
        _lies_within(path),
        Membership.confirmed_at.is_not(None),
        Membership.refused_at.is_(None),
    )


# --- What all of them hold to -----------------------------------------------------------------------


def _lies_within(path: str) -> ColumnElement[bool]:
    return Membership.institution_id.in_(
        select(PATHS.institution_id).where(PATHS.path.startswith(path))
    )


def _require_open_place(
    session: Session, institution_id: int, member_type: str | None, *, today: date
) -> str:
    """Return the path of an institution that still takes people in; raises `UnfitPlace` with the field at fault."""
    row = session.execute(
        select(PATHS.path, PATHS.closed_on).where(PATHS.institution_id == institution_id)
    ).one_or_none()
    if row is None:
        raise UnfitPlace({"institution": Message(N_("Choose an institution of the list."))})
    if row.closed_on is not None and row.closed_on < today:
        raise UnfitPlace(
            {"institution": Message(N_("This institution is closed and takes nobody in any more."))}
        )
    if member_type is not None and member_type not in queries.list_member_types(session):
        raise UnfitPlace({"member_type": Message(N_("Choose a member type of the list."))})
    path: str = row.path
    return path


def _require_days(days: Days, *, now: datetime) -> None:
    if faults := days.find_faults(today=now.date()):
        raise UnfitDays(faults)


def _add(session: Session, membership: Membership, *, now: datetime) -> int:
    """Add a row whose days are fit and free; two clicks at once meet at the unique index."""
    days = Days(membership.started_on)
    _require_days(days, now=now)
    taken = list_days_at(session, membership.person_id, membership.institution_id)
    if any(one.last is None for one in taken):
        raise AlreadyThere
    if any(one.meets(days) for one in taken):
        raise DaysTaken
    if not _try_to_add(session, membership):
        raise AlreadyThere
    return membership.id


def _try_to_add(session: Session, membership: Membership) -> bool:
    try:
        with session.begin_nested():
            session.add(membership)
    except IntegrityError:
        return False
    return True


def _require_unanswered(session: Session, membership: Membership) -> None:
    """Raises `AlreadyAnswered` or `ClaimWithdrawn`, which say what was done; the row is locked by the caller."""
    if membership.confirmed_at is not None:
        answered_by = (
            membership.confirmed_by_id if membership.invited_by_id is None else membership.person_id
        )
        raise AlreadyAnswered(
            name=find_written_name(session, answered_by), moment=membership.confirmed_at
        )
    if membership.refused_at is None:
        return
    is_by_person = membership.refused_by_id == membership.person_id
    if is_by_person != (membership.invited_by_id is not None):
        raise ClaimWithdrawn(moment=membership.refused_at)
    raise AlreadyAnswered(
        name=find_written_name(session, membership.refused_by_id), moment=membership.refused_at
    )


def _end(
    membership: Membership, actor: Actor, ended_on: date, reason: EndReason, *, now: datetime
) -> None:
    if membership.ended_on is not None:
        raise AlreadyEnded(day=membership.ended_on)
    _require_days(Days(membership.started_on, ended_on), now=now)
    membership.ended_on, membership.end_reason = ended_on, reason
    membership.ended_by_id = actor.person_id
