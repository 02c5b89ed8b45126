"""What came of a file, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lms.core.i18n import Message


@dataclass(frozen=True, slots=True)
class Changed:
    """A row whose key was known: the columns in which it differed; none: all was so already."""

    item: str
    columns: Sequence[str]

    @property
    def how(self) -> str:
        """The columns as a script reads them."""
        return ", ".join(self.columns) or "unchanged"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was left out, and why."""

    item: str
    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row of a file in exactly one of three lists: new ones by key, known ones, and those left out."""

    imported: Sequence[str]
    changed: Sequence[Changed]
    refused: Sequence[Refused]

    @property
    def total(self) -> int:
        """How many rows the file had."""
        return len(self.imported) + len(self.changed) + len(self.refused)

    @property
    def unchanged(self) -> int:
        """How many rows said what was known already."""
        return sum(not change.columns for change in self.changed)
