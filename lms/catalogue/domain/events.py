"""What the catalogue tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModulePublished:
    """A version became the module's current one."""

    module_id: int
    version_id: int
