"""Values and rules of accounts."""

from lms.accounts.domain.demo import DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson
from lms.accounts.domain.events import NameConfirmed
from lms.accounts.domain.limits import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    WINDOW,
    Failures,
    seconds_to_wait,
)
from lms.accounts.domain.memberships import EndReason, MembershipState, judge_membership
from lms.accounts.domain.people import (
    LONGEST_NAME,
    NameOrder,
    PersonDetails,
    PersonName,
    fold_login,
    fold_name,
    parse_name,
)
from lms.accounts.domain.personal import AgeBand, Sex
from lms.accounts.domain.printing import PrintedName, tidy_name
from lms.accounts.domain.tokens import DEFAULT_LIFETIME, LONGEST_LIFETIME, TokenScope

__all__ = [
    "ACCOUNT_LIMIT",
    "ADDRESS_LIMIT",
    "DEFAULT_LIFETIME",
    "DEMO_PASSWORD",
    "DEMO_PEOPLE",
    "LONGEST_LIFETIME",
    "LONGEST_NAME",
    "WINDOW",
    "AgeBand",
    "DemoPerson",
    "EndReason",
    "Failures",
    "MembershipState",
    "NameConfirmed",
    "NameOrder",
    "PersonDetails",
    "PersonName",
    "PrintedName",
    "Sex",
    "TokenScope",
    "fold_login",
    "fold_name",
    "judge_membership",
    "parse_name",
    "seconds_to_wait",
    "tidy_name",
]
