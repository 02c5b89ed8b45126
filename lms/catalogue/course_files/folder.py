"""A folder of course files, as the parts of a course read it: nothing raises, all faults are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from lms.catalogue.course_files.fields import Schema, languages_in_force, list_messages
from lms.catalogue.course_files.figures import LARGEST_FIGURE, BadFigure, read_figure
from lms.catalogue.course_files.logos import LARGEST_LOGO, is_logo_name, read_logo
from lms.catalogue.course_files.yaml_text import Document, YamlFault, read_yaml
from lms.catalogue.domain import Fault, FigureFile
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message

LARGEST_TEXT = 1_000_000
IGNORED_FILES = frozenset({"README.md"})


@dataclass(slots=True)
class Findings:
    """What is wrong, and what an author should know, in all that was read so far."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A file that fits its schema: the values, and the lines they came from."""

    values: dict[str, Any]
    document: Document

    def line(self, *place: str | int) -> int:
        """Return the line of what stands at `place`."""
        return self.document.line(*place)


class CourseFolder:
    """One folder. Paths are relative to it, with slashes; lines are counted from 1."""

    def __init__(self, root: Path, findings: Findings) -> None:
        self.root = root
        self.languages: tuple[str, ...] = tuple(INTERFACE_LANGUAGES)
        self.source_language = self.languages[0]
        # What the parts of the module's files gave, for the activities that are read after them.
        self.parts: dict[str, Any] = {}
        self.figures: dict[str, FigureFile] = {}
        self._findings = findings
        self._used: set[str] = set()
        self._knows_use = True

    def fault(self, path: str, line: int, message: Message) -> None:
        """Tell the author of something to mend."""
        self._findings.faults.append(Fault((self.root / path).as_posix(), line, message))

    def warn(self, path: str, line: int, message: Message) -> None:
        """Tell the author of something that does not stop a load."""
        self._findings.warnings.append(Fault((self.root / path).as_posix(), line, message))

    def has(self, path: str) -> bool:
        """Return whether there is such a file."""
        return (self.root / path).is_file()

    def read_text(self, path: str, *, wanted_by: tuple[str, int] | None = None) -> str | None:
        """Return a file's text with plain line ends; `wanted_by` is blamed if there is no such file."""
        content = self._read_bytes(path, LARGEST_TEXT, wanted_by or (path, 1))
        if content is None:
            return None
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = 1 + content.count(b"\n", 0, error.start)
            self.fault(path, line, Message(N_("This is not UTF-8: save the file as UTF-8.")))
            self.lose_track()
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def read_yaml(
        self, path: str, schema: Schema, *, wanted_by: tuple[str, int] | None = None
    ) -> YamlFile | None:
        """Return a file's values if it fits `schema`."""
        document = self.read_document(path, wanted_by=wanted_by)
        return None if document is None else self.fit(path, document, schema)

    def read_document(
        self, path: str, *, wanted_by: tuple[str, int] | None = None
    ) -> Document | None:
        """Return a YAML file as it is, without a schema."""
        text = self.read_text(path, wanted_by=wanted_by)
        return None if text is None else self.parse_yaml(path, text, 1)

    def parse_yaml(self, path: str, text: str, first_line: int) -> Document | None:
        """Return the YAML `text`, which begins at `first_line` of the file."""
        try:
            return read_yaml(text, first_line)
        except YamlFault as found:
            for line, message in found.problems:
                self.fault(path, line, message)
            return None

    def fit(self, path: str, document: Document, schema: Schema) -> YamlFile | None:
        """Return the document's values if they fit `schema`; every misfit is told with its line."""
        token = languages_in_force.set(self.languages)
        try:
            values = schema.load(document.value)
        except ValidationError as error:
            for place, message in list_messages(error.messages):
                self.fault(path, document.line(*place), _name(place, message))
            return None
        finally:
            languages_in_force.reset(token)
        return YamlFile(values, document)

    def use_figure(self, path: str, wanted_by: tuple[str, int]) -> FigureFile | None:
        """Return a figure, sound and small enough, and keep it among the module's figures."""
        if path in self.figures:
            return self.figures[path]
        if path in self._used:
            return None
        content = self._read_bytes(path, LARGEST_FIGURE, wanted_by)
        if content is None:
            return None
        try:
            self.figures[path] = read_figure(path, content)
        except BadFigure as found:
            for line, message in found.problems:
                self.fault(path, line, message)
            return None
        return self.figures[path]

    def use_logo(self, path: str, wanted_by: tuple[str, int]) -> tuple[str, bytes] | None:
        """Return media type and content of a logo in this folder, sound and small enough."""
        if not is_logo_name(path):
            text = N_(
                "A logo’s file lies beside programme.yaml; its name has letters, digits, dots and hyphens, and"
                " ends in .svg or .png."
            )
            self.fault(*wanted_by, Message(text))
            self.lose_track()
            return None
        content = self._read_bytes(path, LARGEST_LOGO, wanted_by)
        if content is None:
            return None
        try:
            return read_logo(path, content)
        except BadFigure as found:
            for line, message in found.problems:
                self.fault(path, line, message)
            return None

    def list_folders(self) -> list[str]:
        """Return the names of the folders in this one, in order."""
        return sorted(
            path.name
            for path in self.root.iterdir()
            if path.is_dir() and not path.name.startswith(".")
        )

    def lose_track(self) -> None:
        """Remember that something could not be read, so that nobody knows what it uses."""
        self._knows_use = False

    def refuse_unused(self, *, below: bool) -> None:
        """Tell of every file that nothing has read, `below` also in the folders in this one."""
        if not self._knows_use:
            return
        paths = self.root.rglob("*") if below else self.root.iterdir()
        for path in sorted(paths):
            name = path.relative_to(self.root).as_posix()
            is_hidden = any(part.startswith(".") for part in Path(name).parts)
            if path.is_file() and not is_hidden and name not in self._used | IGNORED_FILES:
                self.fault(name, 1, Message(N_("Nothing in the course uses this file.")))

    def _read_bytes(self, path: str, largest: int, wanted_by: tuple[str, int]) -> bytes | None:
        file = self.root / path
        if not self._is_within(file) or not file.is_file():
            self.fault(*wanted_by, Message(N_("The file “%(path)s” is missing."), {"path": path}))
            return None
        self._used.add(path)
        size = file.stat().st_size
        if size > largest:
            text = N_("This file has %(size)s bytes; the most is %(most)s.")
            self.fault(path, 1, Message(text, {"size": size, "most": largest}))
            self.lose_track()
            return None
        return file.read_bytes()

    def _is_within(self, file: Path) -> bool:
        """Return whether the file really lies in this folder: course files may come from strangers."""
        return file.resolve().is_relative_to(self.root.resolve())


def _name(place: Sequence[str | int], message: Message) -> Message:
    """Return the message with the key that it is about before it."""
    keys: list[str] = []
    for at in place:
        if isinstance(at, str):
            keys.append(at)
        elif at != place[-1]:
            keys.clear()
    if not keys:
        return message
    return Message(N_("%(key)s: %(message)s"), {"key": ".".join(keys), "message": message})
