"""People, memberships, sign-in, and grants of roles."""

from lms.accounts.commands import confirm_membership, create_person, grant_role
from lms.accounts.domain import NameOrder, PersonDetails, PersonName
from lms.accounts.queries import (
    CertificateHolder,
    find_holder,
    find_institution_id,
    find_person_id,
    has_demo_people,
)
from lms.accounts.selectables import (
    confirmed_memberships,
    person_names,
    personal_details,
    waiting_claims,
)

__all__ = [
    "CertificateHolder",
    "NameOrder",
    "PersonDetails",
    "PersonName",
    "confirm_membership",
    "confirmed_memberships",
    "create_person",
    "find_holder",
    "find_institution_id",
    "find_person_id",
    "grant_role",
    "has_demo_people",
    "person_names",
    "personal_details",
    "waiting_claims",
]
