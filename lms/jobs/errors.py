"""What this room refuses."""

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_


class JobNotFound(NotFound):
    """There is no such job, or it is another's."""


class NoFile(NotFound):
    """The job makes none, or none was kept."""

    text = N_("This job has no file, or its file is no longer kept. Ask for it anew.")


class FileNotReady(Conflict):
    """The job that makes the file has not ended."""

    text = N_("The file is still being made. Try again once the job is done.")


class JobHasEnded(Conflict):
    """What is done or has failed cannot be cancelled."""

    text = N_("This has ended already, so there is nothing to cancel.")


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
