"""Refusals of this room."""

from __future__ import annotations

from collections.abc import Iterable

from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import N_

_EXCERPT = 60  # characters of a long text that its refusal quotes


class NoSuchCredential(NotFound):
    """There is none, or it is another person's."""


class NoSuchCode(NotFound):
    """No credential has that code."""

    text = N_("No certificate has this code.")


class NameIsOnCertificates(Conflict):
    """Certificates carry the name, and none is ever changed: a correction replaces one by another."""

    text = N_(
        "Certificates have been issued to you under the name you confirmed. To change it, ask for a correction of the"
        " certificate under “My certificates”."
    )


class NameNotConfirmed(Conflict):
    """What is asked for prints the name, which the person has not confirmed yet."""

    text = N_("Confirm first how your name is to read on certificates.")


class UnfitRequest(Invalid):
    """What was asked, answered or noted cannot be kept; `fields` says where."""

    text = N_("Something in what you wrote cannot be used.")


class NothingToCorrect(Conflict):
    """The credential no longer holds, so there is nothing that a correction could replace."""

    text = N_("Only a certificate that holds can be corrected.")


class CorrectionIsAsked(Conflict):
    """One request at a time."""

    text = N_(
        "A correction of this certificate has been asked for already; its answer is still to come."
    )


class NoSuchCorrection(NotFound):
    """The credential has no such request."""


class CorrectionIsAnswered(Conflict):
    """Somebody was faster, with another answer."""

    text = N_("This request has been answered meanwhile; the answer stands below.")


class NobodyCorrectsOnesOwn(NotAllowed):
    """Whatever was granted, one's own certificate is for others to correct."""

    text = N_("A request about your own certificate is for somebody else to answer.")


class IsReplaced(Conflict):
    """A newer credential stands in its place."""

    text = N_("This certificate was replaced by %(number)s. Do it with that one.")


class IsErased(Conflict):
    """Without a name there is nothing left to do anything with."""

    text = N_("The name on this certificate was erased.")


class IsWithdrawn(Conflict):
    """Its file is kept, and given to nobody."""

    text = N_("This certificate was withdrawn, and its file is no longer given out.")


class NotYetToRenew(Conflict):
    """It holds for good, no longer holds at all, or its last day is far away."""

    text = N_("This certificate cannot be renewed now.")


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
