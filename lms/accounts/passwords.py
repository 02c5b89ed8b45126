"""Passwords by argon2id with 19 MiB, two passes and one lane (OWASP's first choice of 2023)."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)


def hash_password(password: str) -> str:
    """Return the salted hash to store."""
    return _hasher.hash(password)


def is_right_password(password_hash: str | None, password: str) -> bool:
    """Return whether `password` is right; takes as long for a person who does not exist."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")
