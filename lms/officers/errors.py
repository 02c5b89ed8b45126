"""What an institution's desk refuses."""

from lms.core.errors import Conflict, Invalid, NotFound, TooMany
from lms.core.i18n import N_


class NoSuchBundle(NotFound):
    """There is no such download, or it is another's."""


class NothingToBundle(Invalid):
    """No certificate fits the choice."""

    text = N_("No certificate fits this choice, so there is nothing to download. Choose more.")


class NoSuchBranch(Invalid):
    """The branch does not lie below the institution, or is not there."""

    text = N_("This branch is not one of this institution. Choose another.")


class PeriodEndsBeforeItsStart(Invalid):
    """No day lies in it."""

    text = N_("The last day lies before the first. Change one of them.")


class TooManyBundles(TooMany):
    """So many are being made for the person already."""

    text = N_(
        "%(most)s of your downloads are being made already. Wait until one is done, or cancel one."
    )


class DamagedDocument(Conflict):
    """What is stored is not what was recorded."""

    text = N_(
        "The stored file of certificate %(number)s (%(language)s) is not the one that was recorded: "
        "its SHA-256 is another. Restore it from a backup, then ask for the download again."
    )


class MissingDocument(Conflict):
    """What was recorded is not stored."""

    text = N_(
        "The stored file of certificate %(number)s (%(language)s) is missing. "
        "Restore it from a backup, then ask for the download again."
    )


class NoSuchInstitution(NotFound):
    """There is none, or the actor keeps no desk there."""


class NoSuchMember(NotFound):
    """Nobody by that number was ever confirmed here."""


class NobodyChosen(Invalid):
    """An action on people needs people."""

    text = N_("Nobody is chosen. Tick the people whom you mean, and try again.")


class TooManyChosen(Invalid):
    """More people than a page lists."""

    text = N_("At most %(most)s people can be chosen at once.")


class NoModuleChosen(Invalid):
    """Enrolling needs a module."""

    text = N_("No module is chosen. Choose the one in which to enrol them, and try again.")


class NoSuchUpload(NotFound):
    """There is none, it is somebody else's, it was applied, or its day is over."""

    text = N_(
        "This list is not here: it was applied already, or more than a day has passed. You may upload it again: "
        "who is there already is recognised."
    )
