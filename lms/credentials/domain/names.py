"""The commitment to a holder's name."""

from __future__ import annotations

import hashlib


def commit_to_name(salt: str, printed_name: str) -> str:
    """Return the SHA-256 that proves the name as long as the salt is kept; both go at erasure."""
    return hashlib.sha256(f"{salt}:{printed_name}".encode()).hexdigest()
