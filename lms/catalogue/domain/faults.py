"""What is wrong in course files."""

from __future__ import annotations

from dataclasses import dataclass

from lms.core.i18n import Message


@dataclass(frozen=True, slots=True)
class Fault:
    """Something to mend in a file; lines are counted from 1."""

    path: str
    line: int
    message: Message

    def __str__(self) -> str:
        """Return `file:line: message` in English."""
        return f"{self.path}:{self.line}: {self.message}"
