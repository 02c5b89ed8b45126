"""The list that goes along with the offline page: every credential that no longer says what its paper says.

The list is plain text, so that what was signed is what is read. Its first line names the format
and the moment it was made; each other line is one credential, parted by spaces:

    SC-2026-00000042 revoked 2026-11-28 0123456789abcdef
    SC-2026-00000043 superseded 2026-11-29 89abcdef01234567 SC-2026-00000044
    SC-2026-00000045 erased - fedcba9876543210

A code opens its holder's name on the online page, so the list holds a hash of it and never the code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from lms.credentials.domain.states import CredentialState

# A signature over anything else that the same key signs never passes for one over a list.
_DOMAIN: Final = b"scrutin list 1\n"
_HASH_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A credential that was revoked, superseded or erased; `on` is None where no day is kept."""

    number: str
    code: str
    state: CredentialState
    on: date | None
    newer_number: str | None = None  # the one that supersedes it

    def __post_init__(self) -> None:
        if self.state in {CredentialState.VALID, CredentialState.EXPIRED}:
            raise ValueError(
                "the list has only what was withdrawn; a code itself says when it expires"
            )


def hash_code(code: str) -> str:
    """Return 16 hexadecimal digits of the SHA-512 over a code of 16 characters, no hyphens.

    A code has 80 random bits: nobody finds it from its hash. SHA-512, because Ed25519 needs it too,
    so that the page carries one hash.
    """
    return hashlib.sha512(code.encode("ascii")).hexdigest()[: 2 * _HASH_BYTES]


def write_list(withdrawals: Iterable[Withdrawal], *, made_at: datetime) -> str:
    """Return the list as it is signed, sorted by number, `made_at` to the minute."""
    lines = [f"scrutin-list 1 {made_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"]
    for withdrawal in sorted(withdrawals, key=lambda one: one.number):
        day = withdrawal.on.isoformat() if withdrawal.on else "-"
        words = [withdrawal.number, withdrawal.state, day, hash_code(withdrawal.code)]
        if withdrawal.newer_number is not None:
            words.append(withdrawal.newer_number)
        lines.append(" ".join(words))
    return "\n".join(lines) + "\n"


def write_list_message(text: str) -> bytes:
    """Return what is signed of a list."""
    return _DOMAIN + text.encode("ascii")
