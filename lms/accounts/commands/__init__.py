"""Every write of accounts."""

from lms.accounts.commands.appointing import appoint_officer, take_back_appointment
from lms.accounts.commands.bringing_in import BroughtIn, bring_in_people
from lms.accounts.commands.memberships import (
    Moved,
    accept_invitation,
    claim_institution,
    confirm_claim,
    confirm_membership,
    decline_invitation,
    end_membership,
    invite_person,
    leave_institution,
    move_member,
    refuse_claim,
    withdraw_claim,
    withdraw_invitation,
)
from lms.accounts.commands.names import confirm_name, correct_name, read_name
from lms.accounts.commands.passwords import (
    DrawnPassword,
    PasswordChange,
    Slip,
    change_password,
    draw_passwords,
    make_slips,
)
from lms.accounts.commands.people import create_person, grant_role
from lms.accounts.commands.signing_in import (
    NewToken,
    SignIn,
    create_token,
    revoke_token,
    sign_in,
)

__all__ = [
    "BroughtIn",
    "DrawnPassword",
    "Moved",
    "NewToken",
    "PasswordChange",
    "SignIn",
    "Slip",
    "accept_invitation",
    "appoint_officer",
    "bring_in_people",
    "change_password",
    "claim_institution",
    "confirm_claim",
    "confirm_membership",
    "confirm_name",
    "correct_name",
    "create_person",
    "create_token",
    "decline_invitation",
    "draw_passwords",
    "end_membership",
    "grant_role",
    "invite_person",
    "leave_institution",
    "make_slips",
    "move_member",
    "read_name",
    "refuse_claim",
    "revoke_token",
    "sign_in",
    "take_back_appointment",
    "withdraw_claim",
    "withdraw_invitation",
]
