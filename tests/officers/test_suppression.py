"""What leaves the house gives nobody away, however one subtracts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain import Cells, Counts, Line, Measure, Released, release

SMALLEST = 5


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """Draw four numbers that can be those of one row."""
    enrolled = draw(st.integers(0, 14))
    completed = draw(st.integers(0, enrolled))
    active = draw(st.integers(0, enrolled))
    return Counts(enrolled, active, completed, draw(st.integers(0, completed)))


tables = st.lists(counts(), min_size=1, max_size=5).map(
    lambda rows: [Line(f"row {number}", row) for number, row in enumerate(rows)]
)


def add(lines: list[Line]) -> Counts:
    """The total of rows that share nobody: what subtraction is most dangerous for."""
    return Counts(*(sum(line.counts.get(measure) for line in lines) for measure in Measure))


def test_what_is_many_or_nobody_is_shown():
    lines = [Line("a", Counts(9, 5, 6, 0)), Line("b", Counts(20, 0, 8, 8))]

    released = release(lines, add(lines), smallest=SMALLEST)

    assert released.lines == tuple((line.key, as_cells(line.counts)) for line in lines)
    assert released.total == as_cells(add(lines))


def as_cells(row: Counts) -> dict[Measure, int]:
    return {measure: row.get(measure) for measure in Measure}


def enrolled(*numbers: int) -> list[Line]:
    return [Line(f"row {at}", Counts(number, 0, 0, 0)) for at, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        # The next smallest hides the one that is too small.
        ((3, 7, 9), (None, None, 9)),
        # Two that together are too few need a third.
        ((1, 2, 7, 9), (None, None, None, 9)),
        # Two that together are many hide each other.
        ((3, 4, 7, 9), (None, None, 7, 9)),
        # Nobody is nobody, and hides nobody.
        ((3, 0, 9), (None, 0, None)),
        # Of equals, the first.
        ((4, 8, 8), (None, None, 8)),
        ((5, 6), (5, 6)),
        ((0, 0), (0, 0)),
    ],
)
def test_too_few_are_hidden_with_what_would_tell_them(numbers, shown):
    lines = enrolled(*numbers)

    released = release(lines, add(lines), smallest=SMALLEST)

    assert tuple(cells[Measure.ENROLLED] for _key, cells in released.lines) == shown
    assert released.total[Measure.ENROLLED] == sum(numbers)


@pytest.mark.parametrize("numbers", [(3,), (1, 2), (4, 0)])
def test_a_total_that_is_too_small_is_hidden_and_with_it_all_that_it_is_made_of(numbers):
    lines = enrolled(*numbers)

    released = release(lines, add(lines), smallest=SMALLEST)

    assert released.total[Measure.ENROLLED] is None
    assert [cells[Measure.ENROLLED] for _key, cells in released.lines] == [
        None if number else 0 for number in numbers
    ]


def test_people_in_two_rows_do_not_make_the_difference_too_small():
    # Six people, of whom two are in both hidden rows: who subtracts finds 10 - 6 = 4.
    lines = enrolled(3, 3, 6, 8)

    released = release(lines, Counts(18, 0, 0, 0), smallest=SMALLEST)

    assert [cells[Measure.ENROLLED] for _key, cells in released.lines] == [None, None, None, 8]


def test_a_small_measure_hides_nothing_of_the_others():
    lines = [
        Line("a", Counts(30, 0, 12, 2)),
        Line("b", Counts(40, 0, 20, 9)),
        Line("c", Counts(9, 0, 9, 8)),
    ]

    released = release(lines, add(lines), smallest=SMALLEST)

    assert [cells[Measure.COMPLETED] for _key, cells in released.lines] == [12, 20, 9]
    assert [cells[Measure.CERTIFIED] for _key, cells in released.lines] == [None, 9, None]


@given(tables)
def test_no_shown_number_is_too_small(lines):
    released = release(lines, add(lines), smallest=SMALLEST)

    for cells in [released.total, *(cells for _key, cells in released.lines)]:
        assert all(count is None or count == 0 or count >= SMALLEST for count in cells.values())


@given(tables)
def test_what_is_shown_is_true(lines):
    released = release(lines, add(lines), smallest=SMALLEST)

    for line, (key, cells) in zip(lines, released.lines, strict=True):
        assert key == line.key
        assert all(count in {None, line.counts.get(measure)} for measure, count in cells.items())


@given(tables)
def test_no_subtraction_tells_a_number_that_is_too_small(lines):
    """Whoever knows how the four measures lie within each other, and every shown number, cannot tell."""
    whole = add(lines)
    released = release(lines, whole, smallest=SMALLEST)

    for measure in Measure:
        for line in lines:
            count = line.counts.get(measure)
            if 0 < count < SMALLEST:
                answers = possible(released, line.key, measure)
                assert len(answers) >= (2 if released.total[measure] is None else SMALLEST)


def possible(released: Released, key: str, measure: Measure) -> set[int]:
    """Return all values that a hidden number can have, by trying: its column's sums, and the widths of its row."""
    rows = dict(released.lines)
    bounds = {other: _bounds(cells, measure) for other, cells in rows.items()}
    whole = released.total[measure]
    least, most = bounds[key]
    if whole is None:
        return set(range(least, most + 1))
    rest = whole - sum(cells[measure] or 0 for cells in rows.values())
    others = [
        bounds[other] for other, cells in rows.items() if other != key and cells[measure] is None
    ]
    found = set()
    for value in range(least, min(most, rest) + 1):
        left = rest - value
        if sum(low for low, _ in others) <= left <= sum(high for _, high in others):
            found.add(value)
    return found


def _bounds(cells: Cells, measure: Measure) -> tuple[int, int]:
    """Return the least and most that a hidden number can be, by what its row shows beside it."""
    anything = 10_000
    enrolled = cells[Measure.ENROLLED]
    most = anything if enrolled is None else enrolled
    completed, certified, active = (
        cells[name] for name in (Measure.COMPLETED, Measure.CERTIFIED, Measure.ACTIVE)
    )
    if measure is Measure.ENROLLED:
        return max(active or 0, completed or 0, certified or 0), anything
    if measure is Measure.CERTIFIED:
        return 0, most if completed is None else completed
    if measure is Measure.COMPLETED:
        return certified or 0, most
    return 0, most


def test_the_attack_finds_what_a_careless_table_gives_away():
    """The test above can fail: a table that hides only what is too small tells it."""
    shown = [as_cells(Counts(number, 0, 0, 0)) for number in (3, 7, 9)]
    careless = Released(
        (
            ("row 0", {**shown[0], Measure.ENROLLED: None}),
            ("row 1", shown[1]),
            ("row 2", shown[2]),
        ),
        as_cells(Counts(19, 0, 0, 0)),
    )

    assert possible(careless, "row 0", Measure.ENROLLED) == {3}


def test_every_order_of_the_rows_hides_the_same_number_of_cells():
    hidden = set()
    for first, second, third in product((3, 7, 9), repeat=3):
        if {first, second, third} == {3, 7, 9}:
            lines = enrolled(first, second, third)
            cells = [
                row[Measure.ENROLLED] for _key, row in release(lines, add(lines), smallest=5).lines
            ]
            hidden.add(tuple(sorted(str(cell) for cell in cells)))
    assert hidden == {("9", "None", "None")}
