"""Every reading of accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.accounts.domain import DEMO_PEOPLE, Failures, NameOrder, PersonName, PrintedName
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


@dataclass(frozen=True, slots=True)
class CertificateName:
    """A person's name in its parts, and how certificates read; `printed_name` is None until it is confirmed."""

    name: PersonName
    printed_name: str | None

    @property
    def in_capitals(self) -> bool:
        """Whether the family names were confirmed in capitals."""
        return (
            self.printed_name is not None
            and self.printed_name != self.name.written
            and self.printed_name == PrintedName(self.name, in_capitals=True).written
        )


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


def get_sign_in_name(session: Session, person_id: int) -> str:
    """Return the user name or, without one, the e-mail address that a person signs in with."""
    row = session.execute(select(Person.login, Person.email).where(Person.id == person_id)).one()
    return row.login or row.email or ""


def list_written_names(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """Return how people are called, by id."""
    names = person_names.c
    rows = session.execute(
        select(names.person_id, names.name).where(names.person_id.in_(list(person_ids)))
    )
    return {row.person_id: row.name for row in rows}


def lock_account(session: Session, person_id: int) -> None:
    """Let nobody else lock the person until the caller's work ends. For other rooms: it asks for no actor."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def has_demo_people(session: Session) -> bool:
    """Return whether anybody of the demo can sign in; their password is known to everybody."""
    emails = [person.email for person in DEMO_PEOPLE]
    known = select(Person.id).where(Person.email.in_(emails), Person.deactivated_at.is_(None))
    return session.scalar(known.limit(1)) is not None


def has_grants_at(session: Session, institution_id: int) -> bool:
    """Return whether anybody has, or once had, a role at this institution. For other rooms: it asks for no actor."""
    at = select(RoleGrant.id).where(
        RoleGrant.scope_kind == ScopeKind.INSTITUTION, RoleGrant.scope_id == institution_id
    )
    return session.scalar(at.limit(1)) is not None


def has_members_of_type(session: Session, member_type: str) -> bool:
    """Return whether any membership, of whatever state, names this type. For other rooms: it asks for no actor."""
    of_type = select(Membership.id).where(Membership.member_type == member_type)
    return session.scalar(of_type.limit(1)) is not None


def name_of(person: Person) -> PersonName:
    """Return the name of a person in its parts."""
    return PersonName(person.given_names, person.family_names, NameOrder(person.name_order))


def get_certificate_name(session: Session, actor: Actor) -> CertificateName:
    """Return how the actor's own certificates read; one query. Raises `SignInRequired`."""
    row = session.execute(
        select(
            Person.given_names, Person.family_names, Person.name_order, Person.printed_name
        ).where(Person.id == actor.require_person())
    ).one()
    name = PersonName(row.given_names, row.family_names, NameOrder(row.name_order))
    return CertificateName(name, row.printed_name)


def lock_person(session: Session, person_id: int) -> Person:
    """Return the person, locked until the caller's work ends; for this room's commands."""
    person = session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound
    return person


def lock_holder(session: Session, person_id: int, *, at: datetime) -> CertificateHolder | None:
    """Return how the person's certificate reads, or None while the name is not confirmed. For other rooms.

    The person's row stays locked until the caller's work ends, so that a name confirmed meanwhile comes before or
    after, and no certificate is missed. The institutions are those that had confirmed the person, and not let go, at
    the moment `at`.
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
        .with_for_update(of=Person, key_share=True)
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
