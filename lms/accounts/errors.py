"""What accounts refuses."""

from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInRequired
from lms.core.i18n import N_


class UnfitPerson(Invalid):
    """The details of a person cannot be used; `fields` says which."""

    text = N_("This person cannot be created as described.")


class UnfitName(Invalid):
    """No certificate can print this name; `fields` says which part is at fault."""

    text = N_("A certificate cannot print this name.")


class LoginTaken(Conflict):
    """Somebody has that user name or e-mail address."""

    text = N_("There already is a person with the user name or e-mail address %(login)s.")


class WrongSignIn(SignInRequired):
    """User name and password do not belong together; it is not said which is wrong."""

    text = N_("This user name or e-mail address and this password do not belong together.")


class TokenTooNarrow(NotAllowed):
    """The token was made without the scope that this operation needs."""

    text = N_("This token does not have the scope “%(scope)s”.")


# --- Passwords --------------------------------------------------------------------------------------


class PasswordMustChange(NotAllowed):
    """The password came on a slip of paper, and is good for nothing but being changed."""

    text = N_(
        "Change your password first: sign in on the website with the one that you were given."
    )


class UnfitPassword(Invalid):
    """The new password cannot be used; `fields` says why."""

    text = N_("This password cannot be used.")


# --- Memberships ------------------------------------------------------------------------------------


class NoSuchMembership(NotFound):
    """There is none, or it is none of the actor's business."""


class UnfitDays(Invalid):
    """The days of a membership cannot be used; `fields` says why."""

    text = N_("These days cannot be used.")


class UnfitPlace(Invalid):
    """The institution or the member type cannot be chosen; `fields` says why."""

    text = N_("This cannot be chosen.")


class DaysTaken(Conflict):
    """The person has another membership there on some of these days."""

    text = N_("There is a membership in this institution already on some of these days.")


class AlreadyThere(Conflict):
    """A membership, a claim or an invitation is open between the two."""

    text = N_("This institution is in the list already: as a membership, a claim or an invitation.")


class AlreadyAnswered(Conflict):
    """Somebody else was quicker; `answer` says what was done."""

    text = N_("%(name)s has answered this already, on %(moment)s. Nothing more was done.")


class ClaimWithdrawn(Conflict):
    """The other side took the claim or the invitation back."""

    text = N_("This was taken back on %(moment)s. Nothing more was done.")


class AlreadyEnded(Conflict):
    """The membership has a last day already."""

    text = N_("This membership ended on %(day)s already.")


class OwnClaim(NotAllowed):
    """Nobody answers a claim of one's own, or brings oneself in."""

    text = N_("This is about yourself: another officer has to do it.")


class SamePlace(Conflict):
    """One does not move from an institution to itself."""

    text = N_("The person is in this institution already.")


# --- Bringing people in -----------------------------------------------------------------------------


class NoNameColumn(Invalid):
    """The list has no column of names."""

    text = N_(
        "This list has no column for names: the first row needs the headings given_names and family_names, "
        "or prénoms and nom."
    )


class PeopleChanged(Conflict):
    """Somebody else brought the same people in meanwhile, or a choice is missing."""

    text = N_("Nothing was done yet: people have changed meanwhile, or a choice is missing.")


class TooManySlips(Invalid):
    """More slips than are made at once."""

    text = N_("Choose at most %(most)s people at once.")


class NoSlip(Conflict):
    """Somebody among the chosen has a password of their own, or a role."""

    text = N_(
        "No slip was made: at least one of these people has chosen a password meanwhile, has a role, or has left."
    )


# --- Officers ---------------------------------------------------------------------------------------


class NotAppointed(Conflict):
    """Only a confirmed member of the place or of one below becomes its officer."""

    text = N_(
        "Only a confirmed member of this institution or of one below it can become its officer."
    )


class AlreadyOfficer(Conflict):
    """The person is an officer there already."""

    text = N_("This person is an officer of this institution already.")


class AlreadyTakenBack(Conflict):
    """The appointment was taken back already."""

    text = N_("This appointment was taken back on %(moment)s already.")
