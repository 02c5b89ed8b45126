"""Which seats of a branch are filled, and by people who are trained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SeatCoverage:
    """The seats of one type in one branch: how many there are, members of that type today, and those of them trained.

    A branch may have more members of a type than seats; they fill no seat that is not there.
    """

    seats: int
    members: int
    trained: int

    @property
    def filled(self) -> int:
        """How many seats somebody has."""
        return min(self.seats, self.members)

    @property
    def vacant(self) -> int:
        """How many seats nobody has."""
        return self.seats - self.filled

    @property
    def surplus(self) -> int:
        """How many members have no seat."""
        return self.members - self.filled

    @property
    def trained_seats(self) -> int:
        """How many seats can be said to be of somebody trained."""
        return min(self.seats, self.trained)

    @property
    def is_gap(self) -> bool:
        """Whether nobody in these seats is trained, be it that nobody has them."""
        return self.trained_seats == 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """The seats of a branch, or of many, taken together."""

    seats: int
    filled: int
    trained: int
    # Types of seat that a branch has, and those of them in which nobody is trained.
    types: int
    gaps: int

    @property
    def is_gap(self) -> bool:
        """Whether nobody at all is trained, though there are seats."""
        return self.seats > 0 and self.trained == 0


def sum_coverage(lines: Iterable[SeatCoverage]) -> Coverage:
    """Take seats together, type by type: a surplus of one type fills no seat of another."""
    known: Sequence[SeatCoverage] = list(lines)
    return Coverage(
        seats=sum(line.seats for line in known),
        filled=sum(line.filled for line in known),
        trained=sum(line.trained_seats for line in known),
        types=len(known),
        gaps=sum(line.is_gap for line in known),
    )
