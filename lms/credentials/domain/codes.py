"""Numbers and codes of credentials."""

from __future__ import annotations

from random import Random

# Crockford's base 32: no I, L, O, U, so that nothing is misread on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
GROUP = 4

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = str.maketrans("", "", "-‐‑–— \u00a0\u202f")


def draw_code(chance: Random) -> str:
    """Return 16 characters, 80 bits; `chance` must be unguessable (`secrets.SystemRandom`)."""
    return "".join(chance.choice(ALPHABET) for _ in range(CODE_LENGTH))


def group_code(code: str) -> str:
    """Return a code as it is printed: ABCD-EFGH-JKMN-PQRS."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, whatever its case, hyphens and misread letters; None if it is none."""
    code = text.strip().translate(_IGNORED).upper().translate(_MISREAD)
    if len(code) != CODE_LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code


def write_number(year: int, count: int) -> str:
    """Return the number of the year's credential `count`, such as SC-2026-00000042."""
    return f"SC-{year}-{count:08d}"
