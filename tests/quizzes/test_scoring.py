"""From marks to a score, from a score to a pass, and how many attempts are left."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.domain import (
    Method,
    attempts_left,
    combine_scores,
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


@pytest.mark.parametrize("known", [[], [1], [0, 1]])
def test_there_is_no_score_while_a_person_has_yet_to_mark(known):
    marks = dict(enumerate([*map(Fraction, known), None], start=1))

    assert score_of(marks) is None


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
    ("allowed", "used", "standing", "note"),
    [
        (3, 1, {"has_open"}, "An attempt is under way."),
        (None, 4, {"has_open", "is_passed", "is_waiting"}, "An attempt is under way."),
        (3, 0, set(), "3 attempts are left."),
        (3, 2, set(), "One attempt is left."),
        (3, 3, set(), "No attempt is left."),
        (2, 5, set(), "No attempt is left."),
        (3, 3, {"is_waiting"}, "A trainer has an answer to mark."),
        (3, 3, {"is_passed"}, None),
        # An earlier attempt was passed, so nobody waits for the other.
        (3, 3, {"is_passed", "is_waiting"}, None),
        (None, 4, set(), None),
    ],
)
def test_the_module_page_tells_of_the_attempts(allowed, used, standing, note):
    told = note_on_attempts(
        allowed,
        used,
        has_open="has_open" in standing,
        is_waiting="is_waiting" in standing,
        is_passed="is_passed" in standing,
    )

    assert (None if told is None else str(told)) == note


# --- Several attempts -----------------------------------------------------------------------------

SCORES = st.lists(st.fractions(min_value=0, max_value=1, max_denominator=12), min_size=1)


@pytest.mark.parametrize(
    ("method", "score"),
    [
        (Method.HIGHEST, Fraction(3, 4)),
        (Method.AVERAGE, Fraction(5, 12)),
        (Method.FIRST, Fraction(1, 2)),
        (Method.LAST, Fraction(0)),
    ],
)
def test_the_method_says_what_several_attempts_make(method, score):
    assert combine_scores([Fraction(1, 2), Fraction(3, 4), Fraction(0)], method) == score


@pytest.mark.parametrize("method", list(Method))
def test_without_an_attempt_a_quiz_has_no_score(method):
    assert combine_scores([], method) is None


@given(SCORES, st.sampled_from(list(Method)))
def test_what_several_attempts_make_lies_between_the_worst_and_the_best(scores, method):
    assert min(scores) <= combine_scores(scores, method) <= max(scores)


@given(SCORES, st.randoms(use_true_random=False), st.sampled_from([Method.HIGHEST, Method.AVERAGE]))
def test_the_order_of_the_attempts_matters_to_the_first_and_the_last_alone(scores, chance, method):
    shuffled = list(scores)
    chance.shuffle(shuffled)

    assert combine_scores(shuffled, method) == combine_scores(scores, method)


@given(SCORES)
def test_one_more_attempt_never_lowers_the_highest_and_never_changes_the_first(scores):
    more = [*scores, Fraction(0)]

    for method in (Method.HIGHEST, Method.FIRST):
        assert combine_scores(more, method) == combine_scores(scores, method)
