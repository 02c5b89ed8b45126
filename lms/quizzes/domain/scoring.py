"""From the marks of the slots to the score of an attempt."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction


def score_of(marks: Mapping[int, Fraction]) -> Fraction:
    """Return the mean of the slots' marks, never below 0; every slot weighs the same."""
    if not marks:
        raise ValueError("an attempt has at least one slot")
    return max(Fraction(0), sum(marks.values(), Fraction(0)) / len(marks))


def is_passed(score: Fraction, pass_mark: Fraction) -> bool:
    """Return whether the exact score reaches the pass mark."""
    return score >= pass_mark
