"""What is asked of a download of certificates, and how it is divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

# A step of the job takes so many certificates.
CERTIFICATES_PER_PART = 20
# What a printer's tray and a person's hands take at once.
MOST_PAGES = 200
# A person's downloads that are being made at the same time.
MOST_AT_ONCE = 3
# The same asked for again so soon is a second click.
SECONDS_OF_ONE_CLICK = 60
# How long a download is kept.
DAYS_KEPT = 7


@dataclass(frozen=True, slots=True)
class BundleChoice:
    """Which certificates of an institution and of all below it; what is left empty chooses all.

    Days are those of issue, in UTC, both included.
    """

    module_slug: str = ""
    edition_key: str = ""
    since: date | None = None
    until: date | None = None
    # The institution of which alone, and of all below it.
    branch_id: int | None = None
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    # Whether copies to print are added.
    with_prints: bool = False

    def pick_languages(self, available: Sequence[str]) -> list[str]:
        """Return those of `available` that are chosen."""
        return [code for code in available if not self.languages or code in self.languages]

    def to_json(self) -> dict[str, Any]:
        """Return the choice as it is kept."""
        return {
            "module": self.module_slug,
            "edition": self.edition_key,
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
            "branch": self.branch_id,
            "languages": list(self.languages),
            "kinds": list(self.kinds),
            "prints": self.with_prints,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> BundleChoice:
        """Return the choice that was kept."""
        return cls(
            module_slug=kept["module"],
            edition_key=kept["edition"],
            since=date.fromisoformat(kept["from"]) if kept["from"] else None,
            until=date.fromisoformat(kept["to"]) if kept["to"] else None,
            branch_id=kept["branch"],
            languages=tuple(kept["languages"]),
            kinds=tuple(kept["kinds"]),
            with_prints=kept["prints"],
        )


def cut_in_parts(ids: Sequence[int]) -> list[list[int]]:
    """Return the certificates in parts of a step each, in their order."""
    size = CERTIFICATES_PER_PART
    return [list(ids[at : at + size]) for at in range(0, len(ids), size)]


@dataclass(frozen=True, slots=True)
class PageCount:
    """How many pages the file of a certificate in one language has."""

    credential_id: int
    language: str
    pages: int


@dataclass(frozen=True, slots=True)
class PrintPart:
    """What is printed at once: one language, the certificates in their order. `number` counts within the language."""

    language: str
    number: int
    credential_ids: tuple[int, ...]

    @property
    def name(self) -> str:
        """The file's name."""
        return f"print-{self.language}-{self.number:03}.pdf"


def plan_prints(counts: Sequence[PageCount], most: int = MOST_PAGES) -> list[PrintPart]:
    """Return the files to print, each of at most `most` pages; a certificate is never divided."""
    return [
        PrintPart(language, number, part)
        for language in sorted({count.language for count in counts})
        for number, part in enumerate(
            _fill([count for count in counts if count.language == language], most), start=1
        )
    ]


def _fill(counts: Sequence[PageCount], most: int) -> Iterator[tuple[int, ...]]:
    part: list[int] = []
    pages = 0
    for count in counts:
        if part and pages + count.pages > most:
            yield tuple(part)
            part, pages = [], 0
        part.append(count.credential_id)
        pages += count.pages
    if part:
        yield tuple(part)
