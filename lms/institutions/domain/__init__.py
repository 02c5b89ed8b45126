"""Values and rules of institutions and zones: pure."""

from lms.institutions.domain.kinds import (
    INSTITUTION_KINDS,
    ZONE_KINDS,
    InstitutionKind,
    ZoneKind,
    may_contain,
)
from lms.institutions.domain.names import (
    LONGEST_KEY,
    LONGEST_NAME,
    check_name,
    find_faults,
    fold_name,
    is_key,
    make_key,
)
from lms.institutions.domain.reports import Changed, ImportReport, Refused
from lms.institutions.domain.seats import (
    MOST_SEATS,
    USUAL_MEMBER_TYPES,
    SeatFault,
    read_seats,
    write_seats,
)
from lms.institutions.domain.trees import MOST_LEVELS, Place, Tree

__all__ = [
    "INSTITUTION_KINDS",
    "LONGEST_KEY",
    "LONGEST_NAME",
    "MOST_LEVELS",
    "MOST_SEATS",
    "USUAL_MEMBER_TYPES",
    "ZONE_KINDS",
    "Changed",
    "ImportReport",
    "InstitutionKind",
    "Place",
    "Refused",
    "SeatFault",
    "Tree",
    "ZoneKind",
    "check_name",
    "find_faults",
    "fold_name",
    "is_key",
    "make_key",
    "may_contain",
    "read_seats",
    "write_seats",
]
