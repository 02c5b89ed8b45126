"""Writes course files as an author would."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

WIDTH = 100


class CourseWriter:
    """Collects the files of an export; `save` writes them all, or none where one is in the way."""

    def __init__(self, folder: str = "", files: dict[str, bytes] | None = None) -> None:
        self._folder = folder
        self._files = {} if files is None else files

    def at(self, folder: str) -> CourseWriter:
        """Return a writer for a folder below this one; its files are saved with this one's."""
        return CourseWriter(f"{self._folder}{folder}/", self._files)

    def write(self, path: str, content: bytes) -> None:
        """Keep a file to be saved."""
        self._files[self._folder + path] = content

    def write_text(self, path: str, text: str) -> None:
        """Keep a text to be saved, in UTF-8."""
        self.write(path, text.encode())

    def write_yaml(self, path: str, values: Mapping[str, Any]) -> None:
        """Keep texts, numbers, lists and mappings to be saved as YAML."""
        self.write_text(path, to_yaml(values))

    @property
    def paths(self) -> list[str]:
        """Return the paths of all files, relative to where they will be saved."""
        return sorted(self._files)

    def list_in_the_way(self, root: Path) -> list[Path]:
        """Return the files under `root` that saving would change."""
        return [
            root / path
            for path, content in sorted(self._files.items())
            if (root / path).exists() and (root / path).read_bytes() != content
        ]

    def save(self, root: Path) -> list[Path]:
        """Write every file, and return their paths."""
        for path, content in self._files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return [root / path for path in self._files]


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key and never abbreviates what occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text else ">" if len(text) > WIDTH - 30 and _folds(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _folds(text: str) -> bool:
    """Return whether folding keeps the text: runs of blanks would be cut elsewhere."""
    return "  " not in text and text == text.strip()


_Dumper.add_representer(str, _write_text)


def to_yaml(values: Mapping[str, Any]) -> str:
    """Return YAML with its keys in the order of `values`."""
    return yaml.dump(values, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
