"""Every reading of accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.accounts.domain import DEMO_PEOPLE, Failures, NameOrder, PersonName
from lms.accounts.models import Membership, Person, RoleGrant, SignInFailure, Token
from lms.accounts.selectables import person_names
from lms.core.errors import NotFound
from lms.core.permissions import Actor, Grant, Role, Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class KnownActor:
    """An actor, the key its session cookie must hold, and the scopes of its token (None: a cookie)."""

    actor: Actor
    session_key: str
    token_scopes: frozenset[str] | None = None
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class CertificateHolder:
    """Whose name a certificate prints, and the institutions that had confirmed the person, the latest first."""

    person_id: int
    printed_name: str
    institution_ids: tuple[int, ...]


def session_key(person_id: int, epoch: int) -> str:
    """Return what a session cookie holds: it is worth nothing once the person's epoch has risen."""
    return f"{person_id}.{epoch}"


def hash_token(text: str) -> str:
    """Return a token as it is stored. It is random, so it needs no salt."""
    return hashlib.sha256(text.encode()).hexdigest()


def _actor_rows(*more: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.given_names,
            Person.family_names,
            Person.name_order,
            Person.language,
            Person.session_epoch,
            Person.must_change_password,
            RoleGrant.role,
            RoleGrant.scope_kind,
            RoleGrant.scope_id,
            *more,
        )
        .outerjoin(RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.revoked_at.is_(None))
        .where(Person.deactivated_at.is_(None))
    )


def _actor(rows: list[Row[Any]]) -> Actor:
    first = rows[0]
    name = PersonName(first.given_names, first.family_names, NameOrder(first.name_order))
    grants = {
        Grant(Role(row.role), Scope(ScopeKind(row.scope_kind), row.scope_id))
        for row in rows
        if row.role is not None
    }
    return Actor(first.id, name.written, first.language, frozenset(grants))


def find_actor(session: Session, key: str) -> KnownActor | None:
    """Return the actor whose session cookie holds `key`, with all grants, in one query."""
    person_id, _, epoch = key.partition(".")
    if not (person_id.isdecimal() and epoch.isdecimal()):
        return None
    rows = list(session.execute(_actor_rows().where(Person.id == int(person_id))))
    if not rows or session_key(rows[0].id, rows[0].session_epoch) != key:
        return None
    return KnownActor(_actor(rows), key, must_change_password=rows[0].must_change_password)


def find_actor_by_token(session: Session, text: str, *, now: datetime) -> KnownActor | None:
    """Return the actor of a token that is neither revoked nor expired, in one query."""
    rows = list(
        session.execute(
            _actor_rows(Token.scopes)
            .join(Token, Token.person_id == Person.id)
            .where(
                Token.token_hash == hash_token(text),
                Token.revoked_at.is_(None),
                Token.expires_at > now,
            )
        )
    )
    if not rows:
        return None
    key = session_key(rows[0].id, rows[0].session_epoch)
    return KnownActor(_actor(rows), key, frozenset(rows[0].scopes), rows[0].must_change_password)


def find_person_id(session: Session, login: str) -> int | None:
    """Return the id of the person with that user name or e-mail address. For the command line."""
    return session.scalar(
        select(Person.id).where((Person.login == login) | (Person.email == login))
    )


def list_written_names(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """Return how people are called, by id."""
    names = person_names.c
    rows = session.execute(
        select(names.person_id, names.name).where(names.person_id.in_(list(person_ids)))
    )
    return {row.person_id: row.name for row in rows}


def has_demo_people(session: Session) -> bool:
    """Return whether anybody of the demo can sign in; their password is known to everybody."""
    emails = [person.email for person in DEMO_PEOPLE]
    known = select(Person.id).where(Person.email.in_(emails), Person.deactivated_at.is_(None))
    return session.scalar(known.limit(1)) is not None


def find_holder(session: Session, person_id: int, *, at: datetime) -> CertificateHolder | None:
    """Return how the person's certificate reads, or None while the name is not confirmed.

    The institutions are those that had confirmed the person, and not let go, at the moment `at`. For other rooms.
    """
    rows = session.execute(
        select(Person.printed_name, Membership.institution_id)
        .outerjoin(
            Membership,
            (Membership.person_id == Person.id)
            & (Membership.confirmed_at <= at)
            & (Membership.started_on <= at.date())
            & or_(Membership.ended_on.is_(None), Membership.ended_on >= at.date()),
        )
        .where(Person.id == person_id)
        .order_by(Membership.confirmed_at.desc(), Membership.id)
    ).all()
    if not rows:
        raise NotFound
    if rows[0].printed_name is None:
        return None
    ids = tuple(row.institution_id for row in rows if row.institution_id is not None)
    return CertificateHolder(person_id, rows[0].printed_name, ids)


def find_institution_id(session: Session, person_id: int) -> int | None:
    """Return the institution that an enrolment made now names. For other rooms: it asks for no actor.

    The one that confirmed the person last; else the one that the person claimed last, which is worth something only
    once it is confirmed; None where there is neither.
    """
    return session.scalar(
        select(Membership.institution_id)
        .where(
            Membership.person_id == person_id,
            Membership.ended_on.is_(None),
            Membership.refused_at.is_(None),
            or_(Membership.confirmed_at.is_not(None), Membership.invited_by_id.is_(None)),
        )
        .order_by(
            Membership.confirmed_at.is_(None),
            Membership.confirmed_at.desc(),
            Membership.claimed_at.desc(),
            Membership.id.desc(),
        )
        .limit(1)
    )


def count_failures(
    session: Session, column: InstrumentedAttribute[str], value: str, *, since: datetime
) -> Failures:
    """Return the failed sign-ins since then of one account or one address."""
    count, oldest = session.execute(
        select(func.count(), func.min(SignInFailure.failed_at)).where(
            column == value, SignInFailure.failed_at > since
        )
    ).one()
    return Failures(count, oldest)
