"""Values and rules of an institution's desk: pure."""

from lms.officers.domain.figures import (
    ACTIVE_DAYS,
    NOT_STATED,
    PERSONAL,
    Counts,
    Dimension,
    Fact,
    Line,
    Measure,
    count_people,
    day_of,
    select_facts,
    tabulate,
    total,
)
from lms.officers.domain.suppression import Cells, Released, release

__all__ = [
    "ACTIVE_DAYS",
    "NOT_STATED",
    "PERSONAL",
    "Cells",
    "Counts",
    "Dimension",
    "Fact",
    "Line",
    "Measure",
    "Released",
    "count_people",
    "day_of",
    "release",
    "select_facts",
    "tabulate",
    "total",
]
