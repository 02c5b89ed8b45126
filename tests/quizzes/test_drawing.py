"""Drawing at random: as many as each draw asks for, none twice, and never short where it need not be."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.quizzes.domain import CannotDraw, draw_questions

DRAWS = st.lists(
    st.tuples(st.integers(1, 3), st.lists(st.integers(1, 6), unique=True)), min_size=1, max_size=4
)
CHANCE = st.randoms(use_true_random=False)


def can_be_met(draws: list[tuple[int, list[int]]], taken: frozenset[int] = frozenset()) -> bool:
    """Try every way to serve the draws one after the other."""
    if not draws:
        return True
    (count, candidates), *others = draws
    return any(
        can_be_met(others, taken | set(chosen))
        for chosen in combinations(set(candidates) - taken, count)
    )


@given(DRAWS, CHANCE)
# The second draw needs the only question that the first could also do without.
@example([(1, [1, 2]), (1, [1])], Random(0))
@example([(2, [1, 2, 3]), (1, [1, 2]), (1, [1, 2])], Random(0))
def test_draws_are_met_whenever_they_can_be(draws, chance):
    if not can_be_met(draws):
        with pytest.raises(CannotDraw) as short:
            draw_questions(draws, chance)
        assert 0 <= short.value.at < len(draws)
        return

    drawn = draw_questions(draws, chance)

    assert [len(taken) for taken in drawn] == [count for count, _ in draws]
    for taken, (_, candidates) in zip(drawn, draws, strict=True):
        assert set(taken) <= set(candidates)
    everything = [question for taken in drawn for question in taken]
    assert len(set(everything)) == len(everything)


def test_the_draw_that_goes_short_is_named():
    with pytest.raises(CannotDraw) as short:
        draw_questions([(1, ["a", "b"]), (2, ["c", "d"]), (2, ["c", "e"])], Random(0))

    assert short.value.at == 2


def test_a_draw_from_nothing_goes_short():
    with pytest.raises(CannotDraw):
        draw_questions([(1, [])], Random(0))


def test_each_question_is_drawn_about_as_often_as_every_other():
    chance = Random(1)
    counts = Counter(
        question
        for _ in range(6000)
        for question in draw_questions([(2, list("abcde"))], chance)[0]
    )

    # 2 of 5 in 6,000 draws: 2,400 each, with a standard deviation of 38.
    assert set(counts) == set("abcde")
    assert all(abs(count - 2400) < 200 for count in counts.values())


def test_each_order_of_a_draw_comes_about_as_often_as_every_other():
    chance = Random(2)
    orders = Counter(tuple(draw_questions([(3, list("abc"))], chance)[0]) for _ in range(6000))

    assert len(orders) == 6
    assert all(abs(count - 1000) < 150 for count in orders.values())


def test_the_same_chance_draws_the_same():
    draws = [(2, list(range(20))), (3, list(range(10, 30)))]

    assert draw_questions(draws, Random(7)) == draw_questions(draws, Random(7))
    assert draw_questions(draws, Random(7)) != draw_questions(draws, Random(8))
