"""From the marks of the slots to the score of an attempt, and from attempts to the score of a quiz."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from lms.quizzes.domain.settings import Method


def score_of(marks: Mapping[int, Fraction | None]) -> Fraction | None:
    """Return the mean of the slots' marks, never below 0; every slot weighs the same.

    None while a person has yet to mark one of them.
    """
    if not marks:
        raise ValueError("an attempt has at least one slot")
    known = [mark for mark in marks.values() if mark is not None]
    if len(known) < len(marks):
        return None
    return max(Fraction(0), sum(known, Fraction(0)) / len(marks))


def is_passed(score: Fraction, pass_mark: Fraction) -> bool:
    """Return whether the exact score reaches the pass mark."""
    return score >= pass_mark


def list_counting(
    attempts: Iterable[tuple[int, int | None, Fraction | None]],
) -> list[Fraction]:
    """Return the scores that count of an enrolment's attempts, each its id, the one that it reopens, and its score.

    The first come first. What came of a reopened attempt counts in that one's place, once it has a score.
    """
    place_of: dict[int, int] = {}
    scores: dict[int, Fraction | None] = {}
    for attempt_id, reopens_id, score in attempts:
        place = attempt_id if reopens_id is None else place_of.get(reopens_id, reopens_id)
        place_of[attempt_id] = place
        if score is not None or place not in scores:
            scores[place] = score
    return [score for score in scores.values() if score is not None]


def combine_scores(scores: Sequence[Fraction], method: Method) -> Fraction | None:
    """Return the score of a quiz from those of its attempts, the first attempt first; None without any."""
    if not scores:
        return None
    match method:
        case Method.HIGHEST:
            return max(scores)
        case Method.AVERAGE:
            return sum(scores, Fraction(0)) / len(scores)
        case Method.FIRST:
            return scores[0]
        case Method.LAST:
            return scores[-1]
