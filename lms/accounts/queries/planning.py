"""What a list of people is compared with: a constant number of statements, however long the list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.domain import (
    Account,
    Days,
    KnownMembership,
    KnownPerson,
    NameOrder,
    PersonLine,
    PersonName,
    PlannedLine,
    Reach,
    login_base,
    name_key,
    plan_lines,
)
from lms.accounts.models import Membership, Person
from lms.accounts.queries.memberships import (
    PATHS,
    get_managed,
    is_within,
    list_member_types,
    list_places,
)
from lms.core.errors import NotAllowed
from lms.core.permissions import Actor


def plan_people(
    session: Session,
    actor: Actor,
    institution_id: int | None,
    lines: Sequence[PersonLine],
    choices: Mapping[int, str],
    *,
    today: date,
) -> list[PlannedLine]:
    """Return what bringing these people in would do, at the institution and below; nothing is written.

    Raises `NotFound` unless the actor manages it. No institution: the whole tree, for the command line alone.
    """
    if institution_id is None:
        if not actor.is_system:
            raise NotAllowed
        path = "/"
    else:
        path = get_managed(session, actor, institution_id).path
    reach = _read_reach(session, actor, path, institution_id, lines, today=today)
    return plan_lines(lines, reach, choices, today=today)


def _read_reach(
    session: Session,
    actor: Actor,
    path: str,
    institution_id: int | None,
    lines: Sequence[PersonLine],
    *,
    today: date,
) -> Reach:
    by_email, by_login = _find_accounts(session, lines)
    return Reach(
        places=list_places(session, path, today=today),
        member_types=list_member_types(session),
        people=_list_known(session, path, is_everything=actor.is_system),
        by_email=by_email,
        by_login=by_login,
        taken_logins=_list_taken_logins(session, lines),
        default_place_id=institution_id,
        actor_id=actor.person_id,
        is_everything=actor.is_system,
    )


def _find_accounts(
    session: Session, lines: Iterable[PersonLine]
) -> tuple[dict[str, Account], dict[str, Account]]:
    emails = {line.email for line in lines if line.email}
    logins = {line.login for line in lines if line.login}
    rows = session.execute(
        select(Person.id, Person.email, Person.login, Person.deactivated_at).where(
            or_(Person.email.in_(emails), Person.login.in_(logins))
        )
    ).all()
    accounts = [(row, Account(row.id, row.deactivated_at is not None)) for row in rows]
    return (
        {row.email: account for row, account in accounts if row.email in emails},
        {row.login: account for row, account in accounts if row.login in logins},
    )


def _list_taken_logins(session: Session, lines: Iterable[PersonLine]) -> frozenset[str]:
    """Return the user names that begin as one that must be proposed, and go on with digits alone."""
    bases = {login_base(line.name) for line in lines if not line.login and not line.email}
    if not bases:
        return frozenset()
    found = session.scalars(
        select(Person.login).where(func.rtrim(Person.login, "0123456789").in_(bases))
    )
    return frozenset(login for login in found if login)


def _list_known(session: Session, path: str, *, is_everything: bool) -> dict[int, KnownPerson]:
    """Return everybody with a row at or below the institution that was not refused; for the system, everybody."""
    within: tuple[ColumnElement[bool], ...] = (
        Membership.person_id == Person.id,
        Membership.refused_at.is_(None),
    )
    if not is_everything:
        below = select(PATHS.institution_id).where(is_within(path))
        within += (Membership.institution_id.in_(below),)
    rows = session.execute(
        select(
            Person.id,
            Person.given_names,
            Person.family_names,
            Person.name_order,
            Person.folded_name,
            Person.login,
            Person.email,
            Membership.id.label("membership_id"),
            Membership.institution_id,
            Membership.member_type,
            Membership.started_on,
            Membership.ended_on,
            Membership.confirmed_at,
            Membership.invited_by_id,
        )
        .join(Membership, (within[0] & within[1]), isouter=is_everything)
        .where(*within[2:])
        .order_by(Person.id, Membership.id)
    )
    people: dict[int, KnownPerson] = {}
    for row in rows:
        known = people.get(row.id)
        if known is None:
            name = PersonName(row.given_names, row.family_names, NameOrder(row.name_order))
            known = KnownPerson(
                row.id, name.written, name_key(row.folded_name), row.login, row.email
            )
        if row.membership_id is not None:
            one = KnownMembership(
                row.membership_id,
                row.institution_id,
                row.member_type,
                Days(row.started_on, row.ended_on),
                row.confirmed_at is not None,
                row.invited_by_id is not None,
            )
            known = KnownPerson(
                known.id, known.name, known.name_key, known.login, known.email,
                (*known.memberships, one),
            )  # fmt: skip
        people[row.id] = known
    return people
