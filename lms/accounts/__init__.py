"""People, memberships, sign-in, and grants of roles."""

from lms.accounts.commands import (
    confirm_membership,
    confirm_name,
    correct_name,
    create_person,
    grant_role,
    read_name,
)
from lms.accounts.domain import NameOrder, PersonDetails, PersonName
from lms.accounts.errors import UnfitName
from lms.accounts.queries import (
    CertificateHolder,
    CertificateName,
    find_institution_id,
    find_person_id,
    get_certificate_name,
    has_demo_people,
    has_grants_at,
    has_members_of_type,
    lock_account,
    lock_holder,
)
from lms.accounts.selectables import (
    confirmed_memberships,
    person_names,
    personal_details,
    waiting_claims,
)

__all__ = [
    "CertificateHolder",
    "CertificateName",
    "NameOrder",
    "PersonDetails",
    "PersonName",
    "UnfitName",
    "confirm_membership",
    "confirm_name",
    "confirmed_memberships",
    "correct_name",
    "create_person",
    "find_institution_id",
    "find_person_id",
    "get_certificate_name",
    "grant_role",
    "has_demo_people",
    "has_grants_at",
    "has_members_of_type",
    "lock_account",
    "lock_holder",
    "person_names",
    "personal_details",
    "read_name",
    "waiting_claims",
]
