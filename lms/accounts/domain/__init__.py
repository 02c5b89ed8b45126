"""Values and rules of accounts."""

from lms.accounts.domain.demo import DEMO_PASSWORD, DEMO_PEOPLE, DemoPerson
from lms.accounts.domain.events import MembershipConfirmed, NameConfirmed
from lms.accounts.domain.limits import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    WINDOW,
    Failures,
    seconds_to_wait,
)
from lms.accounts.domain.lines import (
    FRENCH_HEADINGS,
    Column,
    PersonLine,
    match_headings,
    name_key,
    read_day,
    read_person_line,
)
from lms.accounts.domain.logins import draw_temporary_password, login_base, propose_login
from lms.accounts.domain.memberships import Days, EndReason, MembershipState, judge_membership
from lms.accounts.domain.people import (
    LONGEST_NAME,
    SHORTEST_PASSWORD,
    NameOrder,
    PersonDetails,
    PersonName,
    find_fault_in_password,
    fold_login,
    fold_name,
    parse_name,
)
from lms.accounts.domain.personal import AgeBand, Sex
from lms.accounts.domain.plans import NEW, plan_lines
from lms.accounts.domain.printing import PrintedName, tidy_name
from lms.accounts.domain.reach import (
    Account,
    Candidate,
    KnownMembership,
    KnownPerson,
    Outcome,
    Place,
    PlannedLine,
    Reach,
)
from lms.accounts.domain.tokens import DEFAULT_LIFETIME, LONGEST_LIFETIME, TokenScope

__all__ = [
    "ACCOUNT_LIMIT",
    "ADDRESS_LIMIT",
    "DEFAULT_LIFETIME",
    "DEMO_PASSWORD",
    "DEMO_PEOPLE",
    "FRENCH_HEADINGS",
    "LONGEST_LIFETIME",
    "LONGEST_NAME",
    "NEW",
    "SHORTEST_PASSWORD",
    "WINDOW",
    "Account",
    "AgeBand",
    "Candidate",
    "Column",
    "Days",
    "DemoPerson",
    "EndReason",
    "Failures",
    "KnownMembership",
    "KnownPerson",
    "MembershipConfirmed",
    "MembershipState",
    "NameConfirmed",
    "NameOrder",
    "Outcome",
    "PersonDetails",
    "PersonLine",
    "PersonName",
    "Place",
    "PlannedLine",
    "PrintedName",
    "Reach",
    "Sex",
    "TokenScope",
    "draw_temporary_password",
    "find_fault_in_password",
    "fold_login",
    "fold_name",
    "judge_membership",
    "login_base",
    "match_headings",
    "name_key",
    "parse_name",
    "plan_lines",
    "propose_login",
    "read_day",
    "read_person_line",
    "seconds_to_wait",
    "tidy_name",
]
