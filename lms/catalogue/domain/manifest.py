"""What `programme.yaml` and `module.yaml` say, and the rules of an outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lms.catalogue.domain.certificates import PartnerLogo, Signatory
from lms.core.i18n import N_, Message


@dataclass(frozen=True, slots=True)
class ProgrammeManifest:
    """A programme; its key is its folder's name."""

    key: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    signatories: tuple[Signatory, ...] = ()
    logos: tuple[PartnerLogo, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """An activity as the outline lists it; `line` is where, for messages."""

    kind: str
    key: str
    minutes: int
    is_required: bool = True
    # Keys of earlier activities that must be done first.
    after: tuple[str, ...] = ()
    line: int = 1

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise ValueError("an activity takes at least a minute")


@dataclass(frozen=True, slots=True)
class SectionEntry:
    """A heading of the outline, with what stands below it."""

    key: str
    title: Mapping[str, str]
    activities: tuple[ActivityEntry, ...]
    line: int = 1


@dataclass(frozen=True, slots=True)
class ModuleManifest:
    """A module's own description; refuses an outline that breaks the rules."""

    slug: str
    code: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    source_language: str
    # The source language is one of them.
    languages: tuple[str, ...]
    prerequisites: tuple[str, ...]
    sections: tuple[SectionEntry, ...]
    prerequisites_line: int = 1
    # For how many months a certificate holds; None: for good.
    valid_months: int | None = None
    # Whether who has read everything, and passed nothing, may have a certificate of participation.
    offers_participation: bool = False

    def __post_init__(self) -> None:
        if self.source_language not in self.languages:
            raise ValueError("the source language is one of the module's languages")
        for _, problem in list_outline_problems(self.sections):
            raise ValueError(str(problem))

    @property
    def activities(self) -> tuple[ActivityEntry, ...]:
        """All activities, in their order."""
        return tuple(entry for section in self.sections for entry in section.activities)

    @property
    def minutes(self) -> int:
        """What all activities take together."""
        return sum(entry.minutes for entry in self.activities)

    @property
    def required_count(self) -> int:
        """How many activities completion asks for."""
        return sum(entry.is_required for entry in self.activities)


def list_outline_problems(sections: Sequence[SectionEntry]) -> Iterator[tuple[int, Message]]:
    """Yield each broken rule with its line: keys are unique, and `after` names earlier activities.

    An order in which everything waits for earlier things alone has no cycle.
    """
    seen_sections: set[str] = set()
    for section in sections:
        if section.key in seen_sections:
            text = N_("Two sections have the key “%(key)s”.")
            yield section.line, Message(text, {"key": section.key})
        seen_sections.add(section.key)
    entries = [entry for section in sections for entry in section.activities]
    if entries and not any(entry.is_required for entry in entries):
        text = N_("At least one activity must be required, or nobody could complete the module.")
        yield entries[0].line, Message(text)
    keys = {entry.key for entry in entries}
    earlier: set[str] = set()
    for entry in entries:
        if entry.key in earlier:
            text = N_("Two activities have the key “%(key)s”.")
            yield entry.line, Message(text, {"key": entry.key})
        for key in entry.after:
            if key not in keys:
                text = N_("`after` names “%(key)s”, and no activity has that key.")
                yield entry.line, Message(text, {"key": key})
            elif key not in earlier:
                text = N_("`after` names “%(key)s”, which does not come before this activity.")
                yield entry.line, Message(text, {"key": key})
        earlier.add(entry.key)
