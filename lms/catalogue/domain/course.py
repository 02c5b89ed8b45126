"""Course files as they were read: everything that a load needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from lms.catalogue.domain.faults import Fault
from lms.catalogue.domain.manifest import ModuleManifest, ProgrammeManifest


@dataclass(frozen=True, slots=True)
class FigureFile:
    """A figure of a module; `path` is relative to the module's folder, sizes are in CSS pixels."""

    path: str
    media_type: str
    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The hash under which the figure is served."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def address(self) -> str:
        """Where it is served."""
        return media_address(self.sha256, self.path)


def media_address(sha256: str, path: str) -> str:
    """Return the address of a figure; it changes with the content, so it is cached for good."""
    return f"/media/{sha256}/{PurePosixPath(path).name}"


@dataclass(frozen=True, slots=True)
class ModuleCourse:
    """One module's files, read and found whole."""

    # Where the files are, for messages.
    path: str
    programme_key: str
    manifest: ModuleManifest
    # What each activity's kind read, under the activity's key.
    activities: Mapping[str, Any]
    # What each part of the module's files gave, under the part's name.
    parts: Mapping[str, Any]
    # Under their paths.
    figures: Mapping[str, FigureFile]


@dataclass(frozen=True, slots=True)
class ProgrammeCourse:
    """A programme, and those of its modules that were read."""

    manifest: ProgrammeManifest
    modules: tuple[ModuleCourse, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """All that was read, or else all that is wrong with it; warnings do not stop a load."""

    programmes: tuple[ProgrammeCourse, ...] = ()
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = field(default=())

    @property
    def modules(self) -> tuple[ModuleCourse, ...]:
        """The modules of every programme."""
        return tuple(module for programme in self.programmes for module in programme.modules)
