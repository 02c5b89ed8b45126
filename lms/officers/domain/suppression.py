"""What may leave the house: numbers of so few people that one might be known are hidden, with what would tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from lms.officers.domain.figures import Counts, Line, Measure

# What each measure counts; None where it is hidden.
Cells = Mapping[Measure, int | None]


@dataclass(frozen=True, slots=True)
class Released:
    """A table as it may leave the house."""

    lines: tuple[tuple[str, Cells], ...]
    total: Cells


def release(lines: Sequence[Line], whole: Counts, *, smallest: int) -> Released:
    """Hide every number from 1 to `smallest` - 1, and so many more that no subtraction tells it.

    Each measure is a column of its own. One hidden number would be the total less the others, and several that
    together are few would each be few; and none can be more than its row leaves room for. So the next smallest are
    hidden, too, until whoever knows all that is shown is left with `smallest` answers at least; where hiding all of a
    column is not enough, its total goes as well. Zero is told: nobody can be known by it.
    """
    cells: dict[str, dict[Measure, int | None]] = {
        line.key: {measure: line.counts.get(measure) for measure in Measure} for line in lines
    }
    total: dict[Measure, int | None] = {measure: whole.get(measure) for measure in Measure}
    for measure in Measure:
        for row in [*cells.values(), total]:
            if 0 < (row[measure] or 0) < smallest:
                row[measure] = None
    # The narrowest first: what is hidden of it leaves more room to the wider.
    for measure in reversed(Measure):
        column = {line.key: line.counts.get(measure) for line in lines}
        others = sorted((count, key) for key, count in column.items() if count >= smallest)
        while total[measure] is not None and not _is_safe(cells, total, column, measure, smallest):
            if others:
                _count, key = others.pop(0)
                cells[key][measure] = None
            else:
                total[measure] = None
    return Released(tuple(cells.items()), total)


def _is_safe(
    cells: Mapping[str, Cells],
    total: Cells,
    column: Mapping[str, int],
    measure: Measure,
    smallest: int,
) -> bool:
    """Return whether the column leaves `smallest` answers for each hidden number that is too small."""
    hidden = {key: _bounds(row, measure) for key, row in cells.items() if row[measure] is None}
    # Who subtracts finds this; people in two rows make it differ from what the rows add up to.
    rest = (total[measure] or 0) - sum(row[measure] or 0 for row in cells.values())
    if hidden and min(rest, sum(column[key] for key in hidden)) < smallest:
        return False
    for key, (least, most) in hidden.items():
        if column[key] < smallest:
            others = [bounds for other, bounds in hidden.items() if other != key]
            lowest = max(least, rest - sum(high for _low, high in others))
            highest = min(most, rest - sum(low for low, _high in others))
            if highest - lowest < smallest - 1:
                return False
    return True


def _bounds(row: Cells, measure: Measure) -> tuple[float, float]:
    """Return the least and the most that a hidden number can be, by what is shown beside it."""
    enrolled, active, completed, certified = (row[other] for other in Measure)
    done = max(completed or 0, certified or 0)
    most = inf if enrolled is None else enrolled
    match measure:
        case Measure.ENROLLED:
            return max(active or 0, done), inf
        case Measure.ACTIVE:
            return 0, most
        case Measure.COMPLETED:
            return certified or 0, most
        case Measure.CERTIFIED:
            return 0, most if completed is None else completed
