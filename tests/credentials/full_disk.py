"""The product, on a disk that is full while a file of that name exists: for a worker process of a test.

What is stored is cut in the middle, as a file system does that has no room left.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

from wsgi import app as app

IS_FULL = Path(os.environ["FULL_DISK"])
_open = Path.open


class Cut:
    """A file that takes half of what is written to it, and then no more."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> Cut:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()

    def write(self, content: bytes) -> int:
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def open_on_full_disk(self: Path, *args: Any, **options: Any) -> Any:
    file = _open(self, *args, **options)
    return Cut(file) if self.suffix == ".part" and IS_FULL.exists() else file


Path.open = open_on_full_disk  # type: ignore[method-assign]  # what this file is for
