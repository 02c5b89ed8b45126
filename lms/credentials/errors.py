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


class NoSuchShare(NotFound):
    """There is none, it is over or withdrawn, or it is another person's; nobody can tell which."""

    text = N_("This link shows nothing, or no longer.")


class UnfitShare(Invalid):
    """What a link needs is missing or cannot be."""


class TooManyShares(Conflict):
    """More links at a time are of no use."""

    text = N_("You have %(most)s open links. Close one before you make another.")


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


class QrCodeTooDense(Invalid):
    """The signed facts are so long that a camera would not tell the QR code's modules apart."""

    text = N_(
        "Name, module and institution together are too long for a QR code that a camera can read."
    )


class MissingGlyph(Invalid):
    """The certificate's fonts cannot draw a letter; it would come out as an empty box."""

    text = N_(
        "A certificate is printed in Latin letters, and its fonts do not have these: %(characters)s. Write the name in"
        " Latin letters, as the passport does."
    )

    def __init__(self, characters: Iterable[str]) -> None:
        super().__init__(characters=", ".join(_name(character) for character in characters))


def _name(character: str) -> str:
    """Return the character, if it can be seen, and its code points."""
    codes = " ".join(f"U+{ord(point):04X}" for point in character)
    return f"{character} ({codes})" if character.isprintable() else codes


class NoSuchKey(NotFound):
    """No signing key has that id."""

    text = N_("No key has the id %(id)s; see: flask credentials keys list")


class NoSigningKey(Conflict):
    """No key of that use was ever made, or all are retired."""

    text = N_("There is no key that signs. Make one: flask credentials keys make %(use)s")


class SigningKeyExpired(Conflict):
    """All that are left are past their time; nothing is signed with an expired key."""

    text = N_(
        "The key %(id)s signs no more since %(day)s. Make a new one: "
        "flask credentials keys make %(use)s"
    )


class SigningKeyNotHere(Conflict):
    """The database knows a key, but the folder of this machine does not have its private half."""

    text = N_(
        "The private half of the key %(id)s is not in KEYS_FOLDER. Put its file back, or make a new "
        "key: flask credentials keys make %(use)s"
    )


class UnreadableSigningKey(Conflict):
    """The file of a private half cannot be read, or holds another key."""

    text = N_(
        "The file of the key %(id)s in KEYS_FOLDER cannot be read. Put it back from the backup, "
        "readable by the account of the service, or retire the key: flask credentials keys retire %(id)s"
    )


class KeyIsKnown(Conflict):
    """A key stays with the certificate under which it signed first."""

    text = N_(
        "The key %(id)s is here with another certificate. Ask the authority to certify a new key."
    )


class UnfitKeyFile(Invalid):
    """A PEM file with which documents cannot be signed; nothing of it is kept."""

    NO_KEY = N_("The file does not hold exactly one private key in PEM.")
    LOCKED = N_("The private key is locked by a password. Unlock it first: openssl pkey -in FILE")
    OTHER_KIND = N_("The private key is not of the kind EC P-256 (prime256v1).")
    NO_CERTIFICATE = N_("The file does not hold the certificate of its private key in PEM.")
    NOT_NOW = N_("The certificate is not yet valid, or no longer.")
    NOT_FOR_SIGNING = N_("The certificate does not allow its key to sign documents.")

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()
