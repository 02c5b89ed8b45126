"""Values and rules of an institution's desk: pure."""

from lms.officers.domain.coverage import Coverage, SeatCoverage, sum_coverage
from lms.officers.domain.standing import (
    ACTIVE_FOR,
    BETWEEN_REMINDERS,
    LONGEST_SEARCH,
    PEOPLE_A_PAGE,
    STUCK_AFTER,
    PeopleWanted,
    Phase,
    Sort,
    Standing,
    Way,
    keep_topmost,
    may_remind_again,
)

__all__ = [
    "ACTIVE_FOR",
    "BETWEEN_REMINDERS",
    "LONGEST_SEARCH",
    "PEOPLE_A_PAGE",
    "STUCK_AFTER",
    "Coverage",
    "PeopleWanted",
    "Phase",
    "SeatCoverage",
    "Sort",
    "Standing",
    "Way",
    "keep_topmost",
    "may_remind_again",
    "sum_coverage",
]
