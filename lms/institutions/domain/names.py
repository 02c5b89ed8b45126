"""Keys and names of places, and when two names are probably one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Mapping

from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message

LONGEST_KEY = 64
LONGEST_NAME = 200

_ANY_MISSING = N_("Give a name in each language.")
_MISSING = {"fr": N_("Give a name in French."), "en": N_("Give a name in English.")}

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_key(text: str) -> bool:
    """Return whether `text` is a key: lower-case letters and digits, in groups with one hyphen between them."""
    return len(text) <= LONGEST_KEY and _KEY.fullmatch(text) is not None


def make_key(name: str, taken: Container[str]) -> str:
    """Return a key that is made from a name and not yet `taken`; a number at its end tells it from others."""
    folded = "".join(c for c in fold_name(name) if c.isascii())
    base = "-".join(folded.split())[: LONGEST_KEY - 8].strip("-") or "place"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def fold_name(name: str) -> str:
    """Return a name without accents, case, punctuation and surplus spaces: Ségou and SEGOU become the same."""
    # Ornate letters come apart into capitals, and some small ones into several letters: so both, twice.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def check_name(name: str) -> str:
    """Return a name as it is kept: composed characters, single spaces, nothing at its ends."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def find_faults(name: Mapping[str, str]) -> dict[str, Message]:
    """Return what is wrong with the names, by language; each language of the interface needs one."""
    faults = {}
    for language in INTERFACE_LANGUAGES:
        text = name.get(language, "")
        if not fold_name(text):
            faults[language] = Message(_MISSING.get(language, _ANY_MISSING))
        elif len(text) > LONGEST_NAME:
            faults[language] = Message(
                N_("A name has at most %(most)s characters."), {"most": LONGEST_NAME}
            )
        elif not text.isprintable():
            faults[language] = Message(N_("A name holds no invisible characters."))
    return faults
