"""From marks to a score, from a score to a pass, and how many attempts are left."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.domain import (
    QuizSettings,
    attempts_left,
    is_passed,
    note_on_attempts,
    score_of,
)

MARKS = st.dictionaries(
    st.integers(1, 50), st.fractions(min_value=-1, max_value=1, max_denominator=12), min_size=1
)


@pytest.mark.parametrize(
    ("marks", "score"),
    [
        ([1, 1, 1], Fraction(1)),
        ([1, 0, 0], Fraction(1, 3)),
        ([Fraction(1, 2), Fraction(1, 3)], Fraction(5, 12)),
        ([-1, 1], Fraction(0)),
        ([-1, -1, 1], Fraction(0)),
    ],
)
def test_the_score_is_the_exact_mean_of_the_marks_and_never_below_0(marks, score):
    assert score_of(dict(enumerate(map(Fraction, marks), start=1))) == score


def test_an_attempt_without_a_slot_has_no_score():
    with pytest.raises(ValueError, match="at least one slot"):
        score_of({})


@given(MARKS)
def test_a_score_lies_between_0_and_1(marks):
    assert 0 <= score_of(marks) <= 1


@given(MARKS, st.randoms(use_true_random=False))
def test_the_order_of_the_slots_does_not_matter(marks, chance):
    shuffled = list(marks.items())
    chance.shuffle(shuffled)
    numbers = list(marks)
    chance.shuffle(numbers)

    assert score_of(dict(shuffled)) == score_of(marks)
    assert score_of(dict(zip(numbers, marks.values(), strict=True))) == score_of(marks)


@given(MARKS, st.data())
def test_a_better_mark_never_lowers_the_score(marks, data):
    slot = data.draw(st.sampled_from(sorted(marks)))

    assert score_of({**marks, slot: Fraction(1)}) >= score_of(marks)


@pytest.mark.parametrize(
    ("score", "passed"),
    [
        (Fraction(7, 10), True),
        (Fraction(2, 3), False),
        # Shown as 70 %, and yet not reached.
        (Fraction(6_999_999, 10_000_000), False),
    ],
)
def test_the_exact_score_is_what_passes(score, passed):
    assert is_passed(score, Fraction(Decimal("0.7"))) is passed


@pytest.mark.parametrize(
    ("allowed", "used", "left"), [(None, 9, None), (3, 0, 3), (3, 3, 0), (2, 5, 0)]
)
def test_attempts_are_counted_down_to_none(allowed, used, left):
    assert attempts_left(allowed, used) == left


@pytest.mark.parametrize(
    ("allowed", "used", "has_open", "is_passed", "note"),
    [
        (3, 1, True, False, "An attempt is under way."),
        (None, 4, True, True, "An attempt is under way."),
        (3, 0, False, False, "3 attempts are left."),
        (3, 2, False, False, "One attempt is left."),
        (3, 3, False, False, "No attempt is left."),
        (3, 3, False, True, None),
        (None, 4, False, False, None),
    ],
)
def test_the_module_page_tells_of_the_attempts(allowed, used, has_open, is_passed, note):
    told = note_on_attempts(allowed, used, has_open=has_open, is_passed=is_passed)

    assert (None if told is None else str(told)) == note


@pytest.mark.parametrize(
    "changes",
    [{"draw": 0}, {"pass_mark": Decimal("1.01")}, {"pass_mark": Decimal("-0.1")},
     {"attempts_allowed": 0}],
)  # fmt: skip
def test_settings_that_make_no_sense_cannot_be_made(changes):
    settings: dict[str, Any] = {
        "title": {}, "intro": {}, "draw": 1, "pass_mark": Decimal(0), "attempts_allowed": None,
    }  # fmt: skip
    QuizSettings(**settings)

    with pytest.raises(ValueError):
        QuizSettings(**{**settings, **changes})
