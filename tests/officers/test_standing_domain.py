"""Where somebody stands, when one is reminded again, and which institutions are the topmost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain import BETWEEN_REMINDERS, Phase, Way, keep_topmost, may_remind_again
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("way", "phase"),
    [
        (Way(), Phase.NOT_ENROLLED),
        (Way(enrolled=1), Phase.NOT_BEGUN),
        (Way(enrolled=1, has_begun=True), Phase.UNDER_WAY),
        (Way(enrolled=1, is_stuck=True), Phase.STUCK),
        (Way(enrolled=2, completed=1, has_begun=True, is_stuck=True), Phase.STUCK),
        (Way(enrolled=2, completed=1, has_begun=True), Phase.UNDER_WAY),
        (Way(enrolled=2, completed=2, has_begun=True), Phase.COMPLETED),
    ],
)
def test_one_word_says_where_somebody_stands(way, phase):
    assert way.phase is phase


def test_an_enrolment_is_reminded_of_again_after_seven_days_and_not_before():
    just_before = NOW - BETWEEN_REMINDERS + timedelta(seconds=1)

    assert may_remind_again(None, NOW)
    assert may_remind_again(NOW - BETWEEN_REMINDERS, NOW)
    assert not may_remind_again(just_before, NOW)


def test_what_lies_below_another_is_left_out():
    assert keep_topmost(["/1/7/", "/2/", "/1/", "/2/", "/12/"]) == ["/1/", "/12/", "/2/"]


@given(st.lists(st.lists(st.integers(1, 3), min_size=1, max_size=4), max_size=8))
def test_every_path_lies_below_exactly_one_that_is_kept(steps):
    paths = ["/" + "".join(f"{step}/" for step in path) for path in steps]

    kept = keep_topmost(paths)

    assert all(sum(path.startswith(above) for above in kept) == 1 for path in paths)
    assert set(kept) <= set(paths)
