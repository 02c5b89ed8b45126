"""Reads courses, programmes and modules from folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from lms.catalogue.course_files.fields import LONGEST_KEY, is_key
from lms.catalogue.course_files.folder import CourseFolder, Findings
from lms.catalogue.course_files.manifests import (
    MODULE_FILE,
    PROGRAMME_FILE,
    read_module,
    read_programme,
)
from lms.catalogue.domain import (
    ActivityEntry,
    Course,
    Fault,
    ModuleCourse,
    Prerequisites,
    ProgrammeCourse,
)
from lms.core.i18n import N_, Message


class ReadableKind(Protocol):
    """The part of an activity kind that reads files."""

    def read(self, folder: CourseFolder, entry: ActivityEntry) -> Any:
        """Return the activity's content, or None where `folder` was told of a fault."""


class ReadablePart(Protocol):
    """The part of a module's own files that reads them."""

    name: str

    def read(self, folder: CourseFolder) -> Any:
        """Return the part's content, or None where `folder` was told of a fault."""


class _CourseReader:
    """Reads any number of folders and collects what is wrong in all of them."""

    def __init__(self, kinds: Mapping[str, ReadableKind], parts: Sequence[ReadablePart]) -> None:
        self.findings = Findings()
        self._kinds = kinds
        self._parts = parts
        # Slug -> where it was read first.
        self._slugs: dict[str, Path] = {}

    def read_programmes(self, root: Path) -> list[ProgrammeCourse]:
        folder = CourseFolder(root, self.findings)
        found = [self.read_programme(root / name) for name in folder.list_folders()]
        if not found:
            folder.fault("", 1, Message(N_("There is no course in this folder.")))
        return [programme for programme in found if programme is not None]

    def read_programme(self, root: Path) -> ProgrammeCourse | None:
        folder = CourseFolder(root, self.findings)
        _check_name(folder)
        manifest = read_programme(folder)
        folder.refuse_unused(below=False)
        key = root.resolve().name
        modules = [self.read_module(root / name, key) for name in folder.list_folders()]
        if manifest is None:
            return None
        return ProgrammeCourse(manifest, tuple(module for module in modules if module is not None))

    def read_lone_module(self, root: Path) -> ProgrammeCourse | None:
        parent = root.resolve().parent
        programme = read_programme(CourseFolder(_shorter(parent), self.findings))
        module = self.read_module(root, parent.name)
        return ProgrammeCourse(programme, (module,)) if programme and module else None

    def read_module(self, root: Path, programme_key: str) -> ModuleCourse | None:
        folder = CourseFolder(root, self.findings)
        _check_name(folder)
        self._refuse_second(folder)
        faults_before = len(self.findings.faults)
        manifest, entries = read_module(folder)
        for part in self._parts:
            folder.parts[part.name] = part.read(folder)
        activities = self._read_activities(folder, entries)
        if manifest is None:
            return None
        folder.refuse_unused(below=True)
        if len(self.findings.faults) > faults_before:
            return None
        return ModuleCourse(
            root.as_posix(), programme_key, manifest, activities, folder.parts, folder.figures
        )

    def _read_activities(
        self, folder: CourseFolder, entries: Sequence[ActivityEntry]
    ) -> dict[str, Any]:
        activities: dict[str, Any] = {}
        for entry in entries:
            kind = self._kinds.get(entry.kind)
            if kind is None:
                text = N_("“%(kind)s” is not a kind of activity; there are: %(kinds)s.")
                params = {"kind": entry.kind, "kinds": ", ".join(sorted(self._kinds))}
                folder.fault(MODULE_FILE, entry.line, Message(text, params))
                folder.lose_track()
            else:
                activities[entry.key] = kind.read(folder, entry)
        return activities

    def _refuse_second(self, folder: CourseFolder) -> None:
        slug = folder.root.resolve().name
        if slug in self._slugs:
            text = N_("There is already a module of this name in %(path)s.")
            params = {"path": self._slugs[slug].as_posix()}
            folder.fault(MODULE_FILE, 1, Message(text, params))
        self._slugs.setdefault(slug, folder.root)


def _shorter(path: Path) -> Path:
    """Return the path as seen from the current folder, where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _check_name(folder: CourseFolder) -> None:
    if not is_key(folder.root.resolve().name):
        text = N_(
            "A folder’s name has lower-case letters, digits and single hyphens, at most %(most)s."
        )
        folder.fault("", 1, Message(text, {"most": LONGEST_KEY}))


def read_course(
    path: Path, kinds: Mapping[str, ReadableKind], parts: Sequence[ReadablePart]
) -> Course:
    """Read a folder of programmes, a programme or a module; faults are sorted by file and line."""
    reader = _CourseReader(kinds, parts)
    if not path.is_dir():
        fault = Fault(path.as_posix(), 1, Message(N_("There is no such folder.")))
        return Course(faults=(fault,))
    if (path / MODULE_FILE).is_file():
        programmes = [reader.read_lone_module(path)]
    elif (path / PROGRAMME_FILE).is_file():
        programmes = [reader.read_programme(path)]
    else:
        programmes = [*reader.read_programmes(path)]
    findings = reader.findings
    return Course(
        tuple(programme for programme in programmes if programme is not None),
        tuple(sorted(findings.faults, key=lambda fault: (fault.path, fault.line))),
        tuple(sorted(findings.warnings, key=lambda fault: (fault.path, fault.line))),
    )


def list_neighbours(path: Path) -> Prerequisites:
    """Return the slugs of the modules that lie in the same courses folder as `path`."""
    root = path.resolve()
    if (root / MODULE_FILE).is_file():
        root = root.parent.parent
    elif (root / PROGRAMME_FILE).is_file():
        root = root.parent
    return {file.parent.name: () for file in root.glob(f"*/*/{MODULE_FILE}")}
