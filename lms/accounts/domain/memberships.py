"""A person's place in an institution."""

from enum import StrEnum


class EndReason(StrEnum):
    """Why a membership ended."""

    MOVED = "moved"
    LEFT = "left"


class MembershipState(StrEnum):
    """Where a membership stands: claimed by the person, offered by an officer, or settled."""

    CLAIMED = "claimed"
    INVITED = "invited"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    ENDED = "ended"


def judge_membership(
    *, is_invitation: bool, is_confirmed: bool, is_refused: bool, is_ended: bool
) -> MembershipState:
    """Return where a membership stands; what ended or was refused stays so."""
    if is_ended:
        return MembershipState.ENDED
    if is_refused:
        return MembershipState.REFUSED
    if is_confirmed:
        return MembershipState.CONFIRMED
    return MembershipState.INVITED if is_invitation else MembershipState.CLAIMED
