"""What is known when a list of people is planned, and what the plan says of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms.accounts.domain.lines import PersonLine
from lms.accounts.domain.memberships import Days
from lms.core.i18n import Message


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    # Somebody of the officer's own people gets a place in one more institution.
    JOINS = "joins"
    # Somebody else's account, found by its exact address: nothing but an invitation.
    INVITED = "invited"
    CLAIM_CONFIRMED = "claim-confirmed"
    SEAT_CHANGED = "seat-changed"
    UNCHANGED = "unchanged"
    # Somebody of that name is there: the reader says whether it is the same person.
    UNDECIDED = "undecided"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Place:
    """An institution that the list may name, by its key or by a name of it."""

    id: int
    key: str
    names: Mapping[str, str]
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class KnownMembership:
    """A row of somebody's in an institution of the list; those that were refused are left out."""

    id: int
    institution_id: int
    member_type: str | None
    days: Days
    is_confirmed: bool
    is_invitation: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody with a row in an institution of the list: a member, once one, claiming it or invited."""

    id: int
    name: str
    name_key: str
    login: str | None
    email: str | None
    memberships: tuple[KnownMembership, ...] = ()

    @property
    def is_member(self) -> bool:
        return any(one.is_confirmed and one.days.last is None for one in self.memberships)

    @property
    def may_be_named(self) -> bool:
        """Who is only invited is nobody that the officer may know of yet."""
        return not self.memberships or any(
            one.is_confirmed or not one.is_invitation for one in self.memberships
        )

    def open_at(self, institution_id: int) -> KnownMembership | None:
        return next(
            (
                one
                for one in self.memberships
                if one.institution_id == institution_id and one.days.last is None
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """Whose exact address or user name a line has, be it anybody's."""

    person_id: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What the lines are compared with: institutions, member types, people there, accounts by address, user names."""

    places: Sequence[Place]
    member_types: Mapping[str, Mapping[str, str]]
    people: Mapping[int, KnownPerson]
    by_email: Mapping[str, Account]
    by_login: Mapping[str, Account]
    taken_logins: frozenset[str]
    # Where lines go that name no institution; None: nowhere.
    default_place_id: int | None
    actor_id: int | None = None
    # The system's: the whole site, where nobody need be invited.
    is_everything: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the same or nearly the same name: known already (`person-7`), or an earlier line (`line-3`)."""

    key: str
    name: str
    login: str | None = None
    email: str | None = None
    institution_ids: tuple[int, ...] = ()
    is_same_name: bool = True
    # Different addresses, or a name that only resembles it: taken for another person unless the reader says else.
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What becomes of a line, why, and what is needed to do it."""

    line: PersonLine
    outcome: Outcome
    reason: Message | None = None
    faults: Mapping[str, Message] = field(default_factory=dict)
    person_id: int | None = None
    institution_id: int | None = None
    member_type: str | None = None
    login: str | None = None
    membership_id: int | None = None
    candidates: tuple[Candidate, ...] = ()
    choice: str | None = None
