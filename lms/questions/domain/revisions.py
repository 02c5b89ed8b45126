"""What a question's version says otherwise than the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

# Beyond it, comparing word by word would take long, and nobody would read the result.
MOST_WORDS = 1000

# A word with the blanks before it.
WORD = re.compile(r"\s*\S+|\s+$")

# Stands for what is not there; None is a value of JSON.
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Change:
    """What stands at a place of the question, before and after; None: nothing stood there.

    The place is a way of keys as the course file has them; items without a key are counted from 1.
    """

    place: tuple[str, ...]
    before: str | None
    after: str | None

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError("a change changes something")


class Fate(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that shared a fate."""

    fate: Fate
    text: str


def list_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return all that changed, in the order of `after`; `before` is None for a first version.

    Both are as their author wrote them. Items that have keys are matched by them, so that a new first option does not
    make all the others look changed; where they only changed places, their order is the change.
    """
    return tuple(_compare(NOTHING if before is None else before, after, ()))


def _compare(before: Any, after: Any, place: tuple[str, ...]) -> Iterator[Change]:
    olds, news = _list_parts(before), _list_parts(after)
    if olds or news:
        for name in [*news, *(name for name in olds if name not in news)]:
            yield from _compare(olds.get(name, NOTHING), news.get(name, NOTHING), (*place, name))
    shared = [name for name in olds if name in news]
    if _is_keyed(before) and _is_keyed(after) and shared != [n for n in news if n in olds]:
        yield Change(place, ", ".join(olds), ", ".join(news))
    old, new = _write(before), _write(after)
    if old != new:
        yield Change(place, old, new)


def _list_parts(value: Any) -> Mapping[str, Any]:
    """Return what is in a mapping or list under the names that a place has for it."""
    if isinstance(value, Mapping):
        return value
    if _is_keyed(value):
        return {
            item["key"]: {name: part for name, part in item.items() if name != "key"}
            for item in value
        }
    if isinstance(value, list):
        return {str(number): item for number, item in enumerate(value, start=1)}
    return {}


def _is_keyed(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and isinstance(item.get("key"), str) for item in value)
    )


def _write(value: Any) -> str | None:
    """Return a text or number as a course file has it, and None for what has parts or is not there."""
    if value is NOTHING or value is None or isinstance(value, Mapping | list):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def mark_words(change: Change) -> tuple[Piece, ...]:
    """Return the text of both versions in one, each word with what became of it."""
    olds, news = (WORD.findall(text or "") for text in (change.before, change.after))
    pieces = []
    old_at = new_at = 0
    for old_from, new_from, length in _list_matches(olds, news):
        pieces += [
            Piece(Fate.REMOVED, "".join(olds[old_at:old_from])),
            Piece(Fate.ADDED, "".join(news[new_at:new_from])),
            Piece(Fate.KEPT, "".join(news[new_from : new_from + length])),
        ]
        old_at, new_at = old_from + length, new_from + length
    return tuple(piece for piece in pieces if piece.text)


def _list_matches(olds: list[str], news: list[str]) -> list[tuple[int, int, int]]:
    """Return where runs of words are the same, and how long they are; the last is empty, at the ends of both."""
    if len(olds) + len(news) > MOST_WORDS:
        return [(len(olds), len(news), 0)]
    matcher = SequenceMatcher(None, olds, news, autojunk=False)
    return [(match.a, match.b, match.size) for match in matcher.get_matching_blocks()]
