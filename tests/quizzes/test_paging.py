"""Pages of questions: every question stands on one, and who cannot go back answers on the page reached alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.domain import (
    Navigation,
    Place,
    count_pages,
    cut_to_page,
    judge_place,
    page_of,
)

COUNT, PER_PAGE = st.integers(1, 60), st.none() | st.integers(1, 20)


@pytest.mark.parametrize(
    ("slot", "per_page", "page"),
    [(1, None, 1), (200, None, 1), (1, 1, 1), (2, 1, 2), (3, 3, 1), (4, 3, 2), (7, 3, 3)],
)
def test_the_page_of_a_question(slot, per_page, page):
    assert page_of(slot, per_page) == page


@pytest.mark.parametrize(
    ("slots", "per_page", "pages"), [(5, None, 1), (5, 5, 1), (6, 5, 2), (5, 9, 1), (4, 1, 4)]
)
def test_how_many_pages_there_are(slots, per_page, pages):
    assert count_pages(slots, per_page) == pages


@given(COUNT, PER_PAGE)
def test_the_pages_together_show_every_question_once_in_order(count, per_page):
    slots = list(range(1, count + 1))
    pages = [
        cut_to_page(slots, page, per_page) for page in range(1, count_pages(count, per_page) + 1)
    ]

    assert [slot for page in pages for slot in page] == slots
    assert all(pages)
    for number, page in enumerate(pages, start=1):
        assert {page_of(slot, per_page) for slot in page} == {number}


@given(COUNT, PER_PAGE, st.data())
def test_who_goes_freely_may_answer_everywhere(count, per_page, data):
    slot = data.draw(st.integers(1, count))
    reached = data.draw(st.integers(1, count))

    assert judge_place(slot, reached, per_page, Navigation.FREE) is Place.OPEN


@given(COUNT, PER_PAGE, st.data())
def test_who_cannot_go_back_may_answer_what_the_page_reached_shows_and_nothing_else(
    count, per_page, data
):
    reached = data.draw(st.integers(1, count_pages(count, per_page)))
    slots = list(range(1, count + 1))
    shown = list(cut_to_page(slots, reached, per_page))
    places = {slot: judge_place(slot, reached, per_page, Navigation.SEQUENTIAL) for slot in slots}

    assert [slot for slot in slots if places[slot] is Place.OPEN] == shown
    assert all(slot < shown[0] for slot in slots if places[slot] is Place.LEFT)
    assert all(slot > shown[-1] for slot in slots if places[slot] is Place.AHEAD)
