"""Refusals of this room."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_

_EXCERPT = 60  # characters of a long text that its refusal quotes


class NoSuchCredential(NotFound):
    """There is none, or it is another person's."""


class NoSuchCode(NotFound):
    """No credential has that code."""

    text = N_("No certificate has this code.")


class NoSuchShare(NotFound):
    """There is none, it is over or withdrawn, or it is another person's; nobody can tell which."""

    text = N_("This link shows nothing, or no longer.")


class UnfitShare(Invalid):
    """What a link needs is missing or cannot be."""


class TooManyShares(Conflict):
    """More links at a time are of no use."""

    text = N_("You have %(most)s open links. Close one before you make another.")


class CertificateDoesNotFit(Invalid):
    """A text cannot be set legibly on the one page; nothing is ever cut."""

    text = N_("“%(excerpt)s” is too long to be printed legibly on a certificate of one page.")

    def __init__(self, text: str) -> None:
        super().__init__(excerpt=text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…")


class MissingGlyph(Invalid):
    """The certificate's fonts cannot draw a character; it would come out as an empty box."""

    text = N_("The fonts of the certificate do not have these characters: %(characters)s.")

    def __init__(self, characters: Iterable[str]) -> None:
        super().__init__(characters=", ".join(_name(character) for character in characters))


def _name(character: str) -> str:
    """Return the character, if it can be seen, and its code points."""
    codes = " ".join(f"U+{ord(point):04X}" for point in character)
    return f"{character} ({codes})" if character.isprintable() else codes
