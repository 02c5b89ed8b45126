"""Every write of accounts."""

from lms.accounts.commands.memberships import confirm_membership
from lms.accounts.commands.names import confirm_name, correct_name, read_name
from lms.accounts.commands.people import create_person, grant_role
from lms.accounts.commands.signing_in import (
    NewToken,
    SignIn,
    create_token,
    revoke_token,
    sign_in,
)

__all__ = [
    "NewToken",
    "SignIn",
    "confirm_membership",
    "confirm_name",
    "correct_name",
    "create_person",
    "create_token",
    "grant_role",
    "read_name",
    "revoke_token",
    "sign_in",
]
