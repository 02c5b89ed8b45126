"""What an institution's desk refuses."""

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_


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
