"""What accounts refuse."""

from lms.core.errors import Conflict, Invalid, NotAllowed, SignInRequired
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
