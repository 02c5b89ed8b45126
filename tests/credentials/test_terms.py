"""For how long a certificate holds, and from when on it may be renewed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.domain import (
    LONGEST_WORDS,
    add_months,
    find_expiry,
    find_problem_with_words,
    is_time_to_renew,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_are_months_of_the_calendar_and_end_with_it(day, months, later):
    assert add_months(day, months) == later


@given(DAYS, st.integers(-240, 240))
def test_so_many_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months):
    later = add_months(day, months)

    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )


@given(DAYS, st.integers(1, 120))
def test_it_may_be_renewed_from_three_months_before_its_last_day_on(completed_on, months):
    expires_on = find_expiry(completed_on, months)
    first = add_months(expires_on, -3)

    assert is_time_to_renew(expires_on, first)
    assert is_time_to_renew(expires_on, expires_on)
    assert is_time_to_renew(expires_on, expires_on + timedelta(days=400))
    assert not is_time_to_renew(expires_on, first - timedelta(days=1))


def test_what_holds_for_good_has_no_last_day_and_is_not_renewed():
    assert find_expiry(date(2026, 3, 2), None) is None
    assert not is_time_to_renew(None, date(2100, 1, 1))


@pytest.mark.parametrize(("text", "is_fit"), [
    ("", False), (" \n", False), ("So", True), ("x" * LONGEST_WORDS, True), ("x" * (LONGEST_WORDS + 1), False),
])  # fmt: skip
def test_words_are_at_least_some_and_at_most_as_many_as_are_kept(text, is_fit):
    assert (find_problem_with_words(text) is None) is is_fit
