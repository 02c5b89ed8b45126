"""A person's place in an institution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.core.i18n import N_, Message


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


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day of a membership, both included; no last day while it lasts."""

    first: date
    last: date | None = None

    def meets(self, other: Days) -> bool:
        """Return whether both hold on some day."""
        return (self.last is None or other.first <= self.last) and (
            other.last is None or self.first <= other.last
        )

    def find_faults(self, *, today: date) -> dict[str, Message]:
        """Return what forbids these days, by field; nothing is recorded of the future."""
        faults: dict[str, Message] = {}
        if self.first > today:
            faults["started_on"] = Message(N_("The first day may not lie in the future."))
        elif self.last is not None and self.last > today:
            faults["ended_on"] = Message(N_("The last day may not lie in the future."))
        elif self.last is not None and self.last < self.first:
            faults["ended_on"] = Message(N_("The last day may not come before the first."))
        return faults
