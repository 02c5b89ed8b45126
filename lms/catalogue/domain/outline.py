"""The current version of a module as other rooms read it, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutlineActivity:
    """One thing to do; its key stays the same from version to version, its id does not."""

    id: int
    key: str
    kind: str
    # Counted through the whole version, from 1.
    position: int
    title: Mapping[str, str]
    minutes: int
    is_required: bool
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A heading, with what stands below it."""

    key: str
    title: Mapping[str, str]
    activities: tuple[OutlineActivity, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A module's current version."""

    module_id: int
    version_id: int
    slug: str
    code: str
    title: Mapping[str, str]
    programme_id: int
    programme_key: str
    programme_title: Mapping[str, str]
    minutes: int
    source_language: str
    languages: tuple[str, ...]
    # Slugs of the modules to complete before.
    prerequisites: tuple[str, ...]
    # For how many months a certificate holds; None: for good.
    valid_months: int | None
    offers_participation: bool
    # As `Programme` keeps them.
    signatories: tuple[Mapping[str, Any], ...]
    logos: tuple[Mapping[str, Any], ...]
    sections: tuple[OutlineSection, ...]

    @property
    def activities(self) -> tuple[OutlineActivity, ...]:
        """All activities, in their order."""
        return tuple(activity for section in self.sections for activity in section.activities)

    def find_activity(self, key: str) -> OutlineActivity | None:
        """Return the activity under `key`, if this version has it."""
        return next((activity for activity in self.activities if activity.key == key), None)

    def get_activity(self, key: str) -> OutlineActivity:
        """Return the activity under `key`; raises `KeyError`."""
        activity = self.find_activity(key)
        if activity is None:
            raise KeyError(key)
        return activity
