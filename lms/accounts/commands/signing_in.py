"""Signing in within the limits, and making tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.domain import DEFAULT_LIFETIME, WINDOW, TokenScope, fold_login, seconds_to_wait
from lms.accounts.models import Person, SignInFailure, Token
from lms.accounts.passwords import is_right_password

# Failures older than this are of no use to the limits.
KEEP_FAILURES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What came of a try: a person, a wait in seconds, or neither. A failed try must be kept, so it is no exception."""

    person_id: int | None = None
    session_key: str = ""
    wait_seconds: int = 0
    # The password came on a slip, and is good for nothing but being changed.
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether a password was right, and how long to wait where it was not even looked at."""

    is_right: bool = False
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class NewToken:
    """A bearer token, shown this once."""

    text: str
    expires_at: datetime


def sign_in(
    session: Session, login: str, password: str, address: str, *, pepper: str, now: datetime
) -> SignIn:
    """Check a user name or e-mail address and a password, within the limits.

    A wrong try is kept, hashed with `pepper`, and counts against the account (existing or not) and the address;
    a right one forgives the account. Nobody can tell from the answer whether the account exists.
    """
    folded = fold_login(login)
    person = session.execute(
        select(
            Person.id,
            Person.password_hash,
            Person.session_epoch,
            Person.must_change_password,
            Person.deactivated_at,
        ).where(or_(Person.login == folded, Person.email == folded))
    ).one_or_none()

    def is_right() -> bool:
        right = is_right_password(person.password_hash if person else None, password)
        return right and person is not None and person.deactivated_at is None

    tried = count_try(session, folded, address, is_right, pepper=pepper, now=now)
    if person is None or not tried.is_right:
        return SignIn(wait_seconds=tried.wait_seconds)
    return SignIn(
        person.id,
        queries.session_key(person.id, person.session_epoch),
        must_change_password=person.must_change_password,
    )


def count_try(
    session: Session,
    account: str,
    address: str,
    is_right: Callable[[], bool],
    *,
    pepper: str,
    now: datetime,
) -> Tried:
    """Look at a password within the limits of an account and an address; a wrong one is kept, hashed with `pepper`."""
    account_hash, address_hash = (_hash(pepper, kind, text) for kind, text in
                                  (("account", account), ("address", address)))  # fmt: skip
    since = now - WINDOW
    wait = seconds_to_wait(
        queries.count_failures(session, SignInFailure.account_hash, account_hash, since=since),
        queries.count_failures(session, SignInFailure.address_hash, address_hash, since=since),
        now=now,
    )
    if wait:
        return Tried(wait_seconds=wait)
    right = is_right()
    # What the privacy page promises: forgotten after a day, at the next try of anybody.
    session.execute(delete(SignInFailure).where(SignInFailure.failed_at < now - KEEP_FAILURES))
    if not right:
        session.add(
            SignInFailure(account_hash=account_hash, address_hash=address_hash, failed_at=now)
        )
        return Tried()
    session.execute(delete(SignInFailure).where(SignInFailure.account_hash == account_hash))
    return Tried(is_right=True)


def create_token(
    session: Session,
    person_id: int,
    name: str,
    scopes: Iterable[TokenScope],
    *,
    now: datetime,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> NewToken:
    """Make a bearer token for somebody who has just signed in; only its hash is kept."""
    text = "scrutin_" + secrets.token_urlsafe(32)
    expires_at = now + lifetime
    session.add(
        Token(
            person_id=person_id,
            name=name,
            token_hash=queries.hash_token(text),
            scopes=sorted(scopes),
            created_at=now,
            expires_at=expires_at,
        )
    )
    return NewToken(text, expires_at)


def revoke_token(session: Session, text: str, *, now: datetime) -> None:
    """End the token that the caller holds; a token that is not known is left unknown."""
    token = session.scalar(select(Token).where(Token.token_hash == queries.hash_token(text)))
    if token is not None and token.revoked_at is None:
        token.revoked_at = now


def _hash(pepper: str, kind: str, text: str) -> str:
    return hashlib.blake2b(
        text.encode(), key=pepper.encode()[:64], person=kind.encode()[:16], digest_size=32
    ).hexdigest()
