"""How questions are filed and found: categories that lie in one another, and tags."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.domain import (
    BankLine,
    QuestionFigures,
    is_below,
    list_categories,
    select_questions,
)

WORDS = ("a", "b", "a-b", "c")
categories = st.lists(st.sampled_from(WORDS), max_size=3).map("/".join)
tags = st.frozensets(st.sampled_from(WORDS))


def make_line(number, category, tags):
    return BankLine(f"q{number}", number, number, "single_choice", category, tags)


lines = st.lists(st.tuples(categories, tags), max_size=12).map(
    lambda filed: [make_line(number, *where) for number, where in enumerate(filed)]
)


@given(lines, categories, tags)
def test_what_is_selected_lies_in_the_category_or_below_and_has_every_tag(lines, category, tags):
    selected = select_questions(lines, category=category, tags=tags)

    way = category.split("/") if category else []
    assert selected == [
        line
        for line in lines
        if line.category.split("/")[: len(way)] == way or not way
        if all(tag in line.tags for tag in tags)
    ]


@given(lines)
def test_nothing_asked_for_selects_everything(lines):
    assert select_questions(lines) == lines


@given(lines, categories, tags, tags)
def test_more_tags_and_a_category_further_down_never_select_more(lines, category, tags, more):
    wide = select_questions(lines, category=category.rpartition("/")[0], tags=tags)

    narrow = select_questions(lines, category=category, tags=tags | more)

    assert [line for line in wide if line in narrow] == narrow


def test_a_category_is_not_below_one_whose_name_it_only_begins_with():
    assert is_below("registration/methods", "registration")
    assert is_below("registration", "registration")
    assert not is_below("registration-abroad", "registration")
    assert not is_below("registration", "registration/methods")
    assert not is_below("", "registration")


@given(lines)
def test_each_category_stands_once_right_after_those_that_hold_it(lines):
    listed = list_categories(lines)

    assert len(set(listed)) == len(listed)
    assert {line.category for line in lines} - {""} <= set(listed)
    for at, category in enumerate(listed):
        above, _, _ = category.rpartition("/")
        if above:
            assert above in listed[:at]
            between = listed[listed.index(above) : at]
            assert all(is_below(other, above) for other in between)


def test_a_wide_category_is_listed_though_no_question_lies_in_it_itself():
    assert list_categories([make_line(1, "law/treaties/regional", frozenset())]) == [
        "law",
        "law/treaties",
        "law/treaties/regional",
    ]


@pytest.mark.parametrize(
    "impossible",
    [
        {"answered": -1},
        {"answered": 3, "facility": Fraction(3, 2)},
        {"answered": 3, "facility": Fraction(-1, 2)},
        {"answered": 3, "discrimination": 1.01},
        {"answered": 3, "discrimination": Fraction(-2)},
        {"answered": 0, "facility": Fraction(0)},
        {"answered": 0, "discrimination": 0.0},
    ],
)
def test_figures_that_cannot_be_are_refused(impossible):
    with pytest.raises(ValueError):
        QuestionFigures(**impossible)
