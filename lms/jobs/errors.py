"""What this room refuses."""

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_


class JobNotFound(NotFound):
    """There is no such job, or it is another's."""


class TablesAreOld(Conflict):
    """The tables of background work are missing, or of another version than the program."""

    text = N_("The tables of background work are missing or old. Run: flask database upgrade")


class SweepNotFound(NotFound):
    """The application does no such sweep."""

    text = N_(
        "No sweep is named %(name)s. Without a name, flask jobs sweep runs and names them all."
    )


class BadWorkerName(Invalid):
    """The name cannot be part of a file's name."""

    text = N_("A worker's name may have letters, digits, - and _, at most 64.")


class WorkerIsRunning(Conflict):
    """Two workers under one name would each take up what the other is doing."""

    text = N_("A worker named %(name)s is running. Stop it first, or choose another name.")
