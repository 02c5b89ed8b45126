"""Refusals of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from lms.catalogue.domain import Fault
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_


class NoSuchModule(NotFound):
    """No published module has that slug or id."""

    text = N_("There is no such module.")


class NoSuchLesson(NotFound):
    """The activity is not a lesson, or not there."""

    text = N_("There is no such lesson.")


class FaultyCourse(Invalid):
    """Course files have faults, so nothing of them was loaded; `faults` lists all of them."""

    text = N_("The course files have faults, so nothing was loaded.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__({f"{fault.path}:{fault.line}": fault.message for fault in faults})


class FilesInTheWay(Conflict):
    """An export would overwrite files that say something else."""

    text = N_("These files are there already and differ, so nothing was written: %(paths)s")
