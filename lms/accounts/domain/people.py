"""People's names and logins: what can be one, and how it is written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from lms.core.i18n import N_, Message

# Given and family names together, as a certificate can print them legibly.
LONGEST_NAME = 120
LONGEST_LOGIN = 64
LONGEST_EMAIL = 254
SHORTEST_PASSWORD = 10
# Longer ones only cost hashing time.
LONGEST_PASSWORD = 200

# Real names have none of these, and each has hurt some program.
FORBIDDEN_IN_NAMES = frozenset('<>{}[]"\\|;=')


class NameOrder(StrEnum):
    """Which part of a name comes first when it is written out."""

    GIVEN_FIRST = "given-first"
    FAMILY_FIRST = "family-first"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts; either part may be empty, not both."""

    given_names: str
    family_names: str
    order: NameOrder = NameOrder.GIVEN_FIRST

    @property
    def written(self) -> str:
        """The name in full, in its order."""
        parts = [self.given_names, self.family_names]
        if self.order is NameOrder.FAMILY_FIRST:
            parts.reverse()
        return " ".join(part for part in parts if part)

    @property
    def folded(self) -> str:
        """Both parts as they are looked for; the order in which they are written makes no difference."""
        return fold_name(f"{self.given_names} {self.family_names}")

    @property
    def fault(self) -> Message | None:
        """What forbids this name, if anything does."""
        written = self.written
        if not written:
            return Message(N_("A name is needed."))
        if len(written) > LONGEST_NAME:
            return Message(
                N_("This name has %(length)s characters; a certificate can print %(limit)s."),
                {"length": len(written), "limit": LONGEST_NAME},
            )
        if any(is_unfit(character) for character in written):
            return Message(N_("A name may not have control characters or any of %(characters)s"),
                           {"characters": " ".join(sorted(FORBIDDEN_IN_NAMES))})  # fmt: skip
        if not any(character.isalpha() for character in written):
            return Message(N_("A name has at least one letter."))
        return None


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is needed to create somebody; at least one of `login` and `email`."""

    login: str | None
    email: str | None
    name: PersonName
    password: str | None
    language: str | None = None

    @property
    def faults(self) -> dict[str, Message]:
        """What forbids them, by field; empty if nothing does."""
        found: dict[str, Message] = {}
        if self.name.fault:
            found["name"] = self.name.fault
        if self.login is None and self.email is None:
            found["login"] = Message(N_("A user name or an e-mail address is needed."))
        if self.login is not None and not is_login(self.login):
            found["login"] = Message(
                N_(
                    "A user name has letters, digits, dots, hyphens and underscores, at most %(limit)s."
                ),
                {"limit": LONGEST_LOGIN},
            )
        if self.email is not None and not is_email(self.email):
            found["email"] = Message(N_("This is not an e-mail address."))
        if self.password is not None and (fault := find_fault_in_password(self.password)):
            found["password"] = fault
        return found


def find_fault_in_password(password: str) -> Message | None:
    """Return what forbids a password, if anything does; only its length is asked for."""
    if SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return None
    return Message(
        N_("A password has between %(least)s and %(most)s characters."),
        {"least": SHORTEST_PASSWORD, "most": LONGEST_PASSWORD},
    )


def is_unfit(character: str) -> bool:
    """Return whether no name has this character: controls, unassigned, and `FORBIDDEN_IN_NAMES`."""
    return character in FORBIDDEN_IN_NAMES or unicodedata.category(character).startswith("C")


def is_login(text: str) -> bool:
    """Return whether `text` can be a user name; one never holds an @."""
    bare = text.replace(".", "").replace("-", "").replace("_", "")
    return bool(bare) and bare.isalnum() and len(text) <= LONGEST_LOGIN


def is_email(text: str) -> bool:
    """Return whether `text` looks like an address; only a letter sent there proves that it is one."""
    local, at, domain = text.rpartition("@")
    return (
        bool(local and at and "." in domain.strip("."))
        and len(text) <= LONGEST_EMAIL
        and not any(character.isspace() for character in text)
        and "@" not in local
    )


def fold_login(text: str) -> str:
    """Return a user name or e-mail address as it is stored and looked for: trimmed, NFKC, case-folded."""
    return unicodedata.normalize("NFKC", text.strip()).casefold()


def fold_name(text: str) -> str:
    """Return a name as it is looked for and compared: without accents, capitals and punctuation.

    “Koné-N’Guessan” and “KONE N GUESSAN” fold alike.
    """
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
    letters = "".join(character if character.isalnum() else " " for character in bare.casefold())
    return " ".join(letters.split())


def parse_name(text: str) -> PersonName:
    """Read `Given Family` (the last word is the family name) or `Family, Given` (shown family first)."""
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    family, comma, given = tidy.partition(",")
    if comma:
        return PersonName(given.strip(), family.strip(), NameOrder.FAMILY_FIRST)
    given, _, family = tidy.rpartition(" ")
    return PersonName(given, family)
