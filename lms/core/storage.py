"""Files that are kept whole: certificates and course images. Here, a local folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from flask import current_app

from lms.core.errors import NotFound


class FolderStorage:
    """Keeps files in a folder. A file appears whole or not at all, and survives a power cut."""

    def __init__(self, url: str) -> None:
        self.root = Path(unquote(urlsplit(url).path))

    def write(self, key: str, content: bytes) -> None:
        """Store `content` under `key` (a relative path with /), replacing what was there."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
        try:
            with part.open("wb") as file:
                file.write(content)
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

    def remove(self, key: str) -> None:
        """Remove the file, if it is there."""
        self._path(key).unlink(missing_ok=True)

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
