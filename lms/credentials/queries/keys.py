"""The signing keys: which there are, and which one signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.domain import KeyStanding, KeyUse
from lms.credentials.errors import (
    NoSigningKey,
    SigningKeyExpired,
    SigningKeyNotHere,
    UnreadableSigningKey,
)
from lms.credentials.keys import PrivateKey, key_folder, read_raw_public_key
from lms.credentials.models import Key


@dataclass(frozen=True, slots=True)
class KeyView:
    """The public half of a key; `public` is PEM."""

    id: str
    use: KeyUse
    public: str
    created_at: datetime
    not_after: datetime | None
    retired_at: datetime | None

    def is_expired(self, now: datetime) -> bool:
        """Whether its time to sign is over."""
        return self.not_after is not None and now >= self.not_after


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs now; `public` is PEM, the certificate of a documents key first."""

    key_id: str
    private: PrivateKey
    public: str


def list_keys(session: Session, use: KeyUse) -> list[KeyView]:
    """Return every key of that use there ever was, the newest first. Public halves are no secret: no actor."""
    rows = session.scalars(
        select(Key).where(Key.use == use).order_by(Key.created_at.desc(), Key.id.desc())
    )
    return [
        KeyView(key.id, KeyUse(key.use), key.public, key.created_at, key.not_after, key.retired_at)
        for key in rows
    ]


def list_standings(
    session: Session, use: KeyUse, *, now: datetime
) -> list[tuple[KeyView, KeyStanding]]:
    """Return every key of that use with what it does now, the newest first. For the command line."""
    found: list[tuple[KeyView, KeyStanding]] = []
    for key in list_keys(session, use):
        standing = _judge(key, now)
        if standing is KeyStanding.SIGNS and any(earlier is standing for _, earlier in found):
            standing = KeyStanding.SPARE
        found.append((key, standing))
    return found


def _judge(key: KeyView, now: datetime) -> KeyStanding:
    if key.retired_at is not None:
        return KeyStanding.RETIRED
    if key.is_expired(now):
        return KeyStanding.EXPIRED
    try:
        private = key_folder().find(key.use, key.id)
    except UnreadableSigningKey:
        return KeyStanding.UNREADABLE
    return KeyStanding.ABSENT if private is None else KeyStanding.SIGNS


def get_signer(session: Session, use: KeyUse, *, now: datetime) -> Signer:
    """Return the newest key that is neither retired nor expired and whose private half is here.

    For this room's tasks. Raises `NoSigningKey`, `SigningKeyExpired`, `SigningKeyNotHere` or `UnreadableSigningKey`.
    """
    kept = [key for key in list_keys(session, use) if key.retired_at is None]
    if not kept:
        raise NoSigningKey(use=use.value)
    usable = [key for key in kept if not key.is_expired(now)]
    if not usable:
        raise SigningKeyExpired(use=use.value, id=kept[0].id, day=f"{kept[0].not_after:%Y-%m-%d}")
    folder = key_folder()
    for key in usable:
        if private := folder.find(use, key.id):
            return Signer(key.id, private, key.public)
    raise SigningKeyNotHere(use=use.value, id=usable[0].id)


def list_uses_without_key(session: Session, *, now: datetime) -> list[KeyUse]:
    """Return the uses for which nothing can be signed now. Raises `UnreadableSigningKey`."""
    found = []
    for use in KeyUse:
        try:
            get_signer(session, use, now=now)
        except (NoSigningKey, SigningKeyExpired, SigningKeyNotHere):
            found.append(use)
    return found


def sign_code(session: Session, message: bytes, *, now: datetime) -> tuple[str, bytes]:
    """Return the id of the key that signs codes now, and its Ed25519 signature: 64 bytes.

    Raises as `get_signer` does.
    """
    signer = get_signer(session, KeyUse.CODES, now=now)
    assert isinstance(signer.private, Ed25519PrivateKey)
    return signer.key_id, signer.private.sign(message)


def list_code_keys(session: Session) -> list[tuple[str, bytes]]:
    """Return id and public half, 32 bytes, of every key that ever signed codes, since old codes stay good."""
    return [(key.id, read_raw_public_key(key.public)) for key in list_keys(session, KeyUse.CODES)]
