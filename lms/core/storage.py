"""Files that are kept whole: certificates, and what is made of them to be fetched. Here, a local folder."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from flask import current_app

from lms.core.errors import NotFound


class FolderStorage:
    """Keeps files in a folder. A file appears whole or not at all, and survives a power cut."""

    def __init__(self, url: str) -> None:
        self.root = Path(unquote(urlsplit(url).path))

    def write(self, key: str, content: bytes) -> None:
        """Store `content` under `key` (a relative path with /), replacing what was there."""
        with self.create(key) as file:
            file.write(content)

    @contextmanager
    def create(self, key: str) -> Iterator[BinaryIO]:
        """Give a file to write, and to read meanwhile, that appears under `key` once the block ends without a fault.

        It replaces what was there; after a fault, that stays.
        """
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        try:
            with part.open("x+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, key: str) -> bytes:
        """Return the file's bytes; raises `NotFound`."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound from None

    def open(self, key: str) -> BufferedReader:
        """Return the file, to be read piece by piece and closed by the caller; raises `NotFound`."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def size(self, key: str) -> int:
        """Return how many bytes the file has; raises `NotFound`."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            raise NotFound from None

    def list_names(self, prefix: str) -> list[str]:
        """Return the names of what lies right below `prefix`, sorted; none where there is no such folder."""
        try:
            return sorted(path.name for path in self._path(prefix).iterdir())
        except FileNotFoundError:
            return []

    def remove(self, key: str) -> None:
        """Remove the file, if it is there."""
        self._path(key).unlink(missing_ok=True)

    def remove_tree(self, prefix: str) -> None:
        """Remove every file below `prefix`, what a killed process left half-written too."""
        path = self._path(prefix)
        if path.exists():
            shutil.rmtree(path)

    def is_ready(self) -> bool:
        """Return whether the folder can be written."""
        self.root.mkdir(parents=True, exist_ok=True)
        return os.access(self.root, os.W_OK)

    def _path(self, key: str) -> Path:
        path = PurePosixPath(key)
        if not path.parts or path.is_absolute() or ".." in path.parts:
            raise ValueError("a storage key is a relative path without dots")
        return self.root.joinpath(path)


def storage() -> FolderStorage:
    """Return the current application's storage."""
    found: FolderStorage = current_app.extensions["storage"]
    return found
