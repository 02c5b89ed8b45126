"""User names for people without an e-mail address, and the passwords on their slips of paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Sequence

from lms.accounts.domain.people import PersonName

# Letters of Latin scripts that do not come apart into a bare letter and an accent.
PLAIN_LETTERS = str.maketrans(
    {
        "ɛ": "e", "ɔ": "o", "ŋ": "ng", "ɲ": "ny", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ǝ": "e",
        "œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h",
    }
)  # fmt: skip
# Leaves room for a number below the longest login.
LONGEST_BASE = 40
NAMELESS = "member"

# Read from paper and typed on a phone: no capitals, and nothing that looks like something else.
SLIP_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
SLIP_GROUPS, GROUP_LENGTH = 3, 4


def login_base(name: PersonName) -> str:
    """Return what a user name for this name begins with: `awa.traore`, in ASCII, without a digit at its end."""
    parts = (_plain(name.given_names), _plain(name.family_names))
    base = ".".join(part for part in parts if part)[:LONGEST_BASE]
    return base.rstrip("0123456789.-") or NAMELESS


def propose_login(base: str, taken: Container[str]) -> str:
    """Return the first of `awa.traore`, `awa.traore2`, `awa.traore3`… that nobody has."""
    login, number = base, 1
    while login in taken:
        number += 1
        login = f"{base}{number}"
    return login


def draw_temporary_password(choose: Callable[[Sequence[str]], str]) -> str:
    """Return a password such as `h7kd-m2xw-qtz9`, drawn from 31 to the 12th: nearly 60 bits."""
    groups = ("".join(choose(SLIP_LETTERS) for _ in range(GROUP_LENGTH))
              for _ in range(SLIP_GROUPS))  # fmt: skip
    return "-".join(groups)


def _plain(text: str) -> str:
    """Return a part of a name in lower-case ASCII, its words joined by hyphens."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN_LETTERS))
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    kept = "".join(one if one.isascii() and one.isalnum() else " " for one in bare.replace("’", "")
                   .replace("'", ""))  # fmt: skip
    return "-".join(kept.split())
