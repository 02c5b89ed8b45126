"""Signing keys: made, brought in, retired; none is ever deleted. For workers and the command line: no actor."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.credentials import queries
from lms.credentials.domain import KeyUse
from lms.credentials.errors import (
    KeyIsKnown,
    NoSuchKey,
)
from lms.credentials.keys import (
    PrivateKey,
    draw_codes_key,
    draw_documents_key,
    identify_key,
    key_folder,
    write_public_key,
)
from lms.credentials.models import Key

# How long a documents key signs whose certificate is self-made.
YEARS = 10


def make_key(session: Session, use: KeyUse, *, now: datetime, years: int = YEARS) -> str:
    """Make a key, which signs from now on, and return its id; the certificate of a documents key is self-made.

    What earlier keys signed stays valid.
    """
    if use is KeyUse.CODES:
        private = draw_codes_key()
        return _keep(session, use, private, write_public_key(private.public_key()), None, now)
    from lms.credentials.certificates import make_certificate

    config = current_app.extensions["config"]
    certified = make_certificate(
        draw_documents_key(),
        config.issuer,
        specimen=config.demo,
        not_before=now,
        not_after=_years_after(now, years),
    )
    return _keep(session, use, certified.private, certified.certificates, certified.not_after, now)


def make_missing_keys(session: Session, *, now: datetime) -> list[str]:
    """Make a key for each use for which none can sign, and return the ids of those that were made.

    Two that come at once make one: the second waits for the first, and finds what it made.
    """
    _lock_keys(session)
    return [
        make_key(session, use, now=now) for use in queries.list_uses_without_key(session, now=now)
    ]


def import_key(session: Session, content: bytes, *, now: datetime) -> str:
    """Take a documents key with a certificate from an authority, which signs from now on; return its id.

    The same file again puts a lost private half back. Raises `UnfitKeyFile` or `KeyIsKnown`.
    """
    from lms.credentials.certificates import read_key_file

    certified = read_key_file(content, now=now)
    key_id = identify_key(certified.private.public_key())
    _lock_keys(session)
    known = session.get(Key, key_id)
    if known is None:
        return _keep(
            session, KeyUse.DOCUMENTS, certified.private, certified.certificates,
            certified.not_after, now,
        )  # fmt: skip
    if known.public != certified.certificates:
        raise KeyIsKnown(id=key_id)
    key_folder().keep(KeyUse.DOCUMENTS, key_id, certified.private)
    return key_id


def retire_key(session: Session, key_id: str, *, now: datetime) -> None:
    """Let a key sign nothing more; what it signed stays valid. Twice is once. Raises `NoSuchKey`."""
    key = session.get(Key, key_id, with_for_update=True)
    if key is None:
        raise NoSuchKey(id=key_id)
    key.retired_at = key.retired_at or now


def _keep(
    session: Session,
    use: KeyUse,
    private: PrivateKey,
    public: str,
    not_after: datetime | None,
    now: datetime,
) -> str:
    """Record the public half, then write the private one: a full disk leaves neither."""
    key_id = identify_key(private.public_key())
    session.add(Key(id=key_id, use=use, public=public, created_at=now, not_after=not_after))
    session.flush()
    key_folder().keep(use, key_id, private)
    return key_id


def _lock_keys(session: Session) -> None:
    """Hold the table until the caller's work ends; readers pass. SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE credentials_key IN SHARE ROW EXCLUSIVE MODE"))


def _years_after(moment: datetime, years: int) -> datetime:
    """Return the same day so many years later; 28 February for the 29th where there is none."""
    day = moment.day if (moment.month, moment.day) != (2, 29) else 28
    return moment.replace(year=moment.year + years, day=day, microsecond=0)
