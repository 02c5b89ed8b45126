"""Which seats are filled, and by people who are trained: the rule by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain import SeatCoverage, sum_coverage

LINES = st.builds(
    lambda seats, members, trained: SeatCoverage(seats, members, min(members, trained)),
    st.integers(1, 20),
    st.integers(0, 40),
    st.integers(0, 40),
)


def test_seats_that_nobody_has_are_vacant_and_a_gap():
    line = SeatCoverage(seats=4, members=0, trained=0)

    assert (line.filled, line.vacant, line.surplus, line.trained_seats) == (0, 4, 0, 0)
    assert line.is_gap


def test_more_members_than_seats_fill_no_seat_that_is_not_there():
    line = SeatCoverage(seats=2, members=5, trained=3)

    assert (line.filled, line.vacant, line.surplus, line.trained_seats) == (2, 0, 3, 2)
    assert not line.is_gap


def test_members_of_whom_nobody_is_trained_leave_a_gap():
    assert SeatCoverage(seats=2, members=2, trained=0).is_gap
    assert not SeatCoverage(seats=2, members=2, trained=1).is_gap


def test_a_surplus_of_one_type_fills_no_seat_of_another():
    authorities, civil_society = SeatCoverage(4, 9, 9), SeatCoverage(1, 0, 0)

    together = sum_coverage([authorities, civil_society])

    assert (together.seats, together.filled, together.trained) == (5, 4, 4)
    assert (together.types, together.gaps, together.is_gap) == (2, 1, False)


def test_a_branch_with_nobody_trained_is_a_gap_and_one_without_seats_is_none():
    assert sum_coverage([SeatCoverage(2, 2, 0), SeatCoverage(1, 0, 0)]).is_gap
    assert not sum_coverage([]).is_gap


@given(LINES)
def test_filled_and_vacant_make_the_seats_and_filled_and_surplus_the_members(line):
    assert line.filled + line.vacant == line.seats
    assert line.filled + line.surplus == line.members
    assert line.is_gap == (line.trained == 0)


@given(st.lists(LINES, max_size=6))
def test_together_nobody_counts_beyond_the_seats(lines):
    together = sum_coverage(lines)

    assert 0 <= together.trained <= together.filled <= together.seats
    assert together.gaps <= together.types == len(lines)
