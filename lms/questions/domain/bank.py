"""The questions of a module, and how they are filed: a category that has others below it, and tags."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

DEEPEST_CATEGORY = 5
MOST_TAGS = 20


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question as the author wrote it; `body` is JSON that its type has checked.

    Category and tags are no part of a version: filing a question elsewhere does not reword it.
    """

    type: str
    body: Mapping[str, Any]
    # Keys joined by slashes, such as `registration/methods`; empty: none.
    category: str = ""
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bank:
    """A module's questions under their keys; their order means nothing."""

    questions: Mapping[str, BankQuestion]


@dataclass(frozen=True, slots=True)
class BankLine:
    """A question that stands in a bank, with its current version: what a quiz draws from."""

    key: str
    question_id: int
    version_id: int
    type: str
    category: str
    tags: frozenset[str]


class Filed(Protocol):
    """Whatever has a category and tags."""

    @property
    def category(self) -> str:
        """Keys joined by slashes; empty: none."""

    @property
    def tags(self) -> frozenset[str]:
        """Keys."""


F = TypeVar("F", bound=Filed)


def select_questions(
    lines: Iterable[F], *, category: str = "", tags: Collection[str] = ()
) -> list[F]:
    """Return the questions of a category and of all below it that have every one of the tags, in their order.

    The empty category is the root: everything is below it.
    """
    wanted = frozenset(tags)
    return [line for line in lines if is_below(line.category, category) and wanted <= line.tags]


def is_below(category: str, root: str) -> bool:
    """Return whether a category is `root` or lies below it."""
    return not root or category == root or category.startswith(f"{root}/")


def list_categories(lines: Iterable[Filed]) -> list[str]:
    """Return every category there is with those above it, each before what is below it."""
    found: set[str] = set()
    for line in lines:
        parts = line.category.split("/") if line.category else []
        found.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return sorted(found, key=by_category)


def by_category(category: str) -> tuple[str, ...]:
    """Return what sorts categories so that each comes just before what is below it."""
    return tuple(category.split("/"))
