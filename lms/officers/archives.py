"""ZIP archives of what is stored, written and joined piece by piece: PDFs shrink no more, so nothing is deflated."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO

# What is copied at a time.
PIECE = 256 * 1024
# Readable for all, as files that one unpacks are; Windows goes by the name alone.
MODE = 0o644 << 16
# ZIP knows no year before, and none after.
YEARS = range(1980, 2108)


def describe(name: str, moment: datetime) -> zipfile.ZipInfo:
    """Return an entry of that name (folders by /) and moment, in UTC; other names than ASCII are marked as UTF-8."""
    at = moment.astimezone(UTC)
    year = min(max(at.year, YEARS[0]), YEARS[-1])
    info = zipfile.ZipInfo(name, (year, at.month, at.day, at.hour, at.minute, at.second))
    info.external_attr = MODE
    return info


def write_part(file: BinaryIO, entries: Iterable[tuple[str, datetime, bytes]]) -> None:
    """Write an archive of these entries: name, moment, content."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, moment, content in entries:
            archive.writestr(describe(name, moment), content)


class JoinedArchive:
    """An archive to which files and whole archives are added; beyond 4 GB it is ZIP64."""

    def __init__(self, file: BinaryIO, moment: datetime) -> None:
        self._archive = zipfile.ZipFile(file, "w")
        self._moment = moment

    def __enter__(self) -> JoinedArchive:
        return self

    def __exit__(self, *fault: object) -> None:
        self._archive.close()

    def add_content(self, name: str, content: bytes) -> None:
        """Add a small file."""
        self._archive.writestr(describe(name, self._moment), content)

    def add_file(self, name: str, file: BinaryIO, size: int) -> None:
        """Add a file of that many bytes."""
        info = describe(name, self._moment)
        info.file_size = size
        with self._archive.open(info, "w") as out:
            shutil.copyfileobj(file, out, PIECE)

    def add_part(self, file: BinaryIO) -> None:
        """Add every entry of another archive as it is; its checksums are checked on the way."""
        with zipfile.ZipFile(file) as part:
            for entry in part.infolist():
                info = zipfile.ZipInfo(entry.filename, entry.date_time)
                info.external_attr, info.file_size = entry.external_attr, entry.file_size
                with part.open(entry) as content, self._archive.open(info, "w") as out:
                    shutil.copyfileobj(content, out, PIECE)
