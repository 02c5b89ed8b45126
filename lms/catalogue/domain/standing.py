"""Where a reader of the catalogue stands with a module."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModuleStanding:
    """The reader's own enrolment in a module, and the slugs of the prerequisites that are met."""

    enrolment_id: int | None = None
    completed: frozenset[str] = frozenset()
