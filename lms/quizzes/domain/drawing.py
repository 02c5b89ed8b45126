"""Drawing questions at random so that none comes twice in an attempt."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any


class CannotDraw(ValueError):
    """The draws together need more different questions than there are; `at` is one that goes short."""

    def __init__(self, at: int) -> None:
        self.at = at
        super().__init__(f"draw {at} has too few questions that no other draw needs")


def draw_questions(draws: Sequence[tuple[int, Sequence[Any]]], random: Random) -> list[list[Any]]:
    """Return what each draw takes: `draws` are counts with candidates, which may stand in several of them.

    Whenever the draws can all be met, they are: who took a question that another needs takes a different one instead
    (a matching by augmenting paths). Raises `CannotDraw`.
    """
    shuffled = [random.sample(list(candidates), len(candidates)) for _, candidates in draws]
    taker: dict[Any, int] = {}

    def take(at: int, seen: set[Any]) -> bool:
        for candidate in shuffled[at]:
            if candidate in seen:
                continue
            seen.add(candidate)
            if candidate not in taker or take(taker[candidate], seen):
                taker[candidate] = at
                return True
        return False

    for at, (count, _) in enumerate(draws):
        for _ in range(count):
            if not take(at, set()):
                raise CannotDraw(at)
    return [
        [candidate for candidate in candidates if taker.get(candidate) == at]
        for at, candidates in enumerate(shuffled)
    ]
