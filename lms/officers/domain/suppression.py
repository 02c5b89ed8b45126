"""What may leave the house: numbers of so few people that one might be known are hidden, with what would tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    together are few would each be few: so the next smallest are hidden, too, until at least two are and together
    they are many. A total that is too small is hidden as well. Zero is told: nobody can be known by it. A hidden
    number lies under the wider measure of its row, which is shown only if it is many: so no column tells another.
    """
    hidden = {measure: _hide(lines, whole, measure, smallest) for measure in Measure}
    return Released(
        tuple(
            (
                line.key,
                {
                    measure: None if line.key in hidden[measure] else line.counts.get(measure)
                    for measure in Measure
                },
            )
            for line in lines
        ),
        {
            measure: None if 0 < whole.get(measure) < smallest else whole.get(measure)
            for measure in Measure
        },
    )


def _hide(lines: Sequence[Line], whole: Counts, measure: Measure, smallest: int) -> set[str]:
    counts = {line.key: line.counts.get(measure) for line in lines}
    hidden = {key for key, count in counts.items() if 0 < count < smallest}
    if 0 < whole.get(measure) < smallest:
        # No line can be more than the total, so that each with anybody in it is hidden already.
        return hidden
    others = sorted((count, key) for key, count in counts.items() if count >= smallest)
    for _count, key in others:
        shown = sum(count for other, count in counts.items() if other not in hidden)
        together = sum(counts[key] for key in hidden)
        # People in two lines make these differ; who subtracts finds the first.
        least = min(whole.get(measure) - shown, together)
        if not hidden or (len(hidden) > 1 and least >= smallest):
            break
        hidden.add(key)
    return hidden
