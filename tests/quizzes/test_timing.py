"""Deadlines to the microsecond, extra time, grace, and the pause between attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.quizzes.domain import (
    Arrival,
    QuizRules,
    find_deadline,
    find_next_start,
    judge_arrival,
)

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MINUTE, MICROSECOND = timedelta(minutes=1), timedelta(microseconds=1)
MOMENTS = st.integers(0, 10**12).map(lambda count: START + count * MICROSECOND)


def rules(**changes) -> QuizRules:
    return QuizRules(pass_mark=Decimal("0.7"), **changes)


@pytest.mark.parametrize(
    ("settings", "extra", "minutes"),
    [
        ({}, 0, None),
        ({}, 50, None),
        ({"time_limit": 30}, 0, 30),
        ({"time_limit": 30}, 50, 45),
        ({"time_limit": 30}, 25, 37.5),
        ({"time_limit": 30}, 100, 60),
        ({"closes_at": START + 20 * MINUTE}, 0, 20),
        # Nobody has extra time for what has no limit of its own.
        ({"closes_at": START + 20 * MINUTE}, 50, 20),
        ({"time_limit": 30, "closes_at": START + 20 * MINUTE}, 0, 20),
        ({"time_limit": 30, "closes_at": START + 30 * MINUTE}, 0, 30),
        ({"time_limit": 30, "closes_at": START + 40 * MINUTE}, 0, 30),
        # Extra time does not reach beyond the closing.
        ({"time_limit": 30, "closes_at": START + 40 * MINUTE}, 50, 40),
    ],
)
def test_an_attempt_ends_after_its_limit_and_no_later_than_the_quiz_closes(
    settings, extra, minutes
):
    deadline = find_deadline(rules(**settings), START, extra_percent=extra)

    assert deadline == (None if minutes is None else START + minutes * MINUTE)


@given(st.integers(1, 10080), st.integers(0, 400), st.integers(0, 400))
def test_more_extra_time_never_ends_an_attempt_earlier(limit, one, other):
    less, more = sorted((one, other))
    found = [find_deadline(rules(time_limit=limit), START, extra_percent=p) for p in (less, more)]

    assert START < found[0] <= found[1]
    assert found[0] - START == timedelta(seconds=limit * 60 * (100 + less) / 100)


@pytest.mark.parametrize(
    ("after", "grace", "arrival"),
    [
        (-MINUTE, 0, Arrival.IN_TIME),
        (0 * MINUTE, 0, Arrival.IN_TIME),
        (MICROSECOND, 0, Arrival.TOO_LATE),
        (0 * MINUTE, 60, Arrival.IN_TIME),
        (MICROSECOND, 60, Arrival.IN_GRACE),
        (MINUTE, 60, Arrival.IN_GRACE),
        (MINUTE + MICROSECOND, 60, Arrival.TOO_LATE),
    ],
)
def test_the_very_moment_of_the_deadline_and_of_the_graces_end_still_counts(after, grace, arrival):
    assert judge_arrival(START + after, START, grace) is arrival


@given(MOMENTS, st.integers(0, 3600))
def test_without_a_deadline_everything_is_in_time(now, grace):
    assert judge_arrival(now, None, grace) is Arrival.IN_TIME


@given(MOMENTS, MOMENTS, MOMENTS, st.integers(0, 3600))
def test_what_comes_later_never_counts_for_more(one, other, deadline, grace):
    order = [Arrival.IN_TIME, Arrival.IN_GRACE, Arrival.TOO_LATE]
    earlier, later = sorted((one, other))

    found = [order.index(judge_arrival(now, deadline, grace)) for now in (earlier, later)]
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("delay", "ended", "deadline", "minutes"),
    [
        # No pause, or nothing to pause after.
        (0, START, None, None),
        (60, None, None, None),
        (60, START, None, 60),
        (60, START, START + MINUTE, 60),
        # Time ended it at its deadline, however late that was noticed.
        (60, START, START - 10 * MINUTE, 50),
    ],
)
def test_the_next_attempt_begins_after_the_pause(delay, ended, deadline, minutes):
    found = find_next_start(rules(delay=delay), ended, deadline)

    assert found == (None if minutes is None else START + minutes * MINUTE)
