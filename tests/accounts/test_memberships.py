"""Claims, invitations, endings and moves, and who may say them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lms import accounts
from lms.accounts import commands
from lms.accounts.domain import Days, MembershipState
from lms.accounts.errors import (
    AlreadyAnswered,
    AlreadyEnded,
    AlreadyThere,
    ClaimWithdrawn,
    DaysTaken,
    NoSuchMembership,
    OwnClaim,
    SamePlace,
    UnfitDays,
    UnfitPlace,
)
from lms.accounts.models import Membership
from lms.accounts.queries import (
    find_institutions,
    get_member,
    list_my_memberships,
    list_pending,
)
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, Role, Scope, ScopeKind
from lms.institutions.models import Institution, MemberType
from lms.learning.models import Enrolment
from lms.officers.commands import move_member
from tests.conftest import NOW

TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def tree(make):
    """A commission with two branches, and a ministry beside it."""
    top = make.institution("north")
    return {
        "top": top,
        "east": make.institution("east", parent_id=top),
        "west": make.institution("west", parent_id=top),
        "other": make.institution("ministry"),
    }


@pytest.fixture
def officer(make, tree):
    return make.person("Fanta", "Officer", roles=(Role.OFFICER,), scope=at(tree["top"]))


@pytest.fixture
def awa(make):
    return make.person()


def at(institution_id):
    return Scope(ScopeKind.INSTITUTION, institution_id)


def claim(session, actor, institution_id, **more):
    wanted = {"member_type": None, "started_on": TODAY, "now": NOW} | more
    return commands.claim_institution(session, actor, institution_id, **wanted)


def row(session, membership_id):
    session.flush()
    return session.get(Membership, membership_id)


def states(session, actor):
    return [one.state for one in list_my_memberships(session, actor)]


# --- Days -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY, None, None),
        (YESTERDAY, TODAY, None),
        (TODAY, TODAY, None),
        (TODAY + timedelta(days=1), None, "started_on"),
        (YESTERDAY, TODAY + timedelta(days=1), "ended_on"),
        (TODAY, YESTERDAY, "ended_on"),
    ],
)
def test_days_are_in_order_and_never_of_the_future(first, last, field):
    assert list(Days(first, last).find_faults(today=TODAY)) == ([field] if field else [])


def days(first, last):
    return Days(date(2026, 1, first), None if last is None else date(2026, 1, last))


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ((1, 5), (6, 9), False),
        ((1, 5), (5, 9), True),
        ((1, None), (7, 9), True),
        ((1, None), (7, None), True),
        ((7, None), (1, 6), False),
        ((2, 3), (1, 9), True),
    ],
)
def test_days_meet_where_both_hold(one, other, meets):
    assert days(*one).meets(days(*other)) is meets
    assert days(*other).meets(days(*one)) is meets


# --- Claims -----------------------------------------------------------------------------------------


def test_a_claim_waits_and_opens_nothing(session, tree, awa):
    claim(session, awa, tree["east"])

    assert states(session, awa) == [MembershipState.CLAIMED]
    assert accounts.lock_holder(session, awa.person_id, at=NOW).institution_ids == ()


def test_several_institutions_may_be_claimed_and_each_once(session, tree, awa):
    claim(session, awa, tree["east"])
    claim(session, awa, tree["other"])

    with pytest.raises(AlreadyThere, match="in the list already"):
        claim(session, awa, tree["east"])
    assert len(states(session, awa)) == 2


@pytest.mark.parametrize(
    ("change", "error", "field", "sentence"),
    [
        ({"started_on": TODAY + timedelta(days=1)}, UnfitDays, "started_on", "lie in the future"),
        ({"member_type": "king"}, UnfitPlace, "member_type", "Choose a member type"),
    ],
)
def test_a_claim_that_cannot_be_is_refused_by_its_field(
    session, tree, awa, change, error, field, sentence
):
    with pytest.raises(error) as refused:
        claim(session, awa, tree["east"], **change)

    assert sentence in str(refused.value.fields[field])
    assert states(session, awa) == []


def test_neither_a_closed_institution_nor_one_that_is_none_can_be_claimed(session, tree, awa):
    session.get(Institution, tree["west"]).closed_on = YESTERDAY
    session.flush()

    for id, sentence in ((tree["west"], "is closed"), (999_999, "Choose an institution")):
        with pytest.raises(UnfitPlace) as refused:
            claim(session, awa, id)
        assert sentence in str(refused.value.fields["institution"])
    assert states(session, awa) == []


def test_nobody_claims_without_an_account(session, tree):
    with pytest.raises(SignInRequired):
        claim(session, NOBODY, tree["east"])


def test_a_claim_is_withdrawn_and_may_be_made_again(session, tree, awa):
    first = claim(session, awa, tree["east"])
    commands.withdraw_claim(session, awa, first, now=NOW)
    claim(session, awa, tree["east"])

    assert sorted(states(session, awa)) == [MembershipState.CLAIMED, MembershipState.REFUSED]


def test_only_the_claimer_withdraws_and_only_a_claim(session, make, tree, officer, awa):
    claimed = claim(session, awa, tree["east"])

    with pytest.raises(NoSuchMembership):
        commands.withdraw_claim(session, make.person(), claimed, now=NOW)
    with pytest.raises(NoSuchMembership):
        commands.accept_invitation(session, awa, claimed, now=NOW)
    with pytest.raises(NoSuchMembership):
        commands.leave_institution(session, awa, claimed, ended_on=TODAY, now=NOW)
    assert states(session, awa) == [MembershipState.CLAIMED]


def test_an_officer_confirms_a_claim_below_the_own_institution(session, tree, officer, awa):
    claimed = claim(session, awa, tree["east"], started_on=YESTERDAY)
    person_id = commands.confirm_claim(session, officer, tree["top"], claimed, now=NOW)

    one = row(session, claimed)
    assert (person_id, one.confirmed_at, one.confirmed_by_id) == (
        awa.person_id,
        NOW,
        officer.person_id,
    )
    assert one.started_on == YESTERDAY
    assert accounts.lock_holder(session, awa.person_id, at=NOW).institution_ids == (tree["east"],)


def test_an_officer_may_confirm_from_another_day_on_but_none_of_the_future(
    session, tree, officer, awa
):
    claimed = claim(session, awa, tree["east"], started_on=YESTERDAY)

    with pytest.raises(UnfitDays):
        commands.confirm_claim(
            session, officer, tree["top"], claimed, started_on=TODAY + timedelta(days=1), now=NOW
        )
    commands.confirm_claim(session, officer, tree["top"], claimed, started_on=TODAY, now=NOW)
    assert row(session, claimed).started_on == TODAY


def test_a_claim_elsewhere_is_not_there_for_an_officer(session, tree, officer, awa):
    claimed = claim(session, awa, tree["other"])

    for place in (tree["top"], tree["other"]):
        for answer in (commands.confirm_claim, commands.refuse_claim):
            with pytest.raises(NotFound):
                answer(session, officer, place, claimed, now=NOW)
    # Not by the address of another place of one's own, either.
    below = claim(session, awa, tree["east"])
    with pytest.raises(NotFound):
        commands.confirm_claim(session, officer, tree["west"], below, now=NOW)
    assert set(states(session, awa)) == {MembershipState.CLAIMED}


def test_nobody_confirms_ones_own_claim(session, tree, officer):
    claimed = claim(session, officer, tree["east"])

    with pytest.raises(OwnClaim, match="another officer"):
        commands.confirm_claim(session, officer, tree["top"], claimed, now=NOW)
    assert states(session, officer) == [MembershipState.CLAIMED]


def test_of_two_answers_the_first_holds_and_the_second_is_told(session, make, tree, officer, awa):
    second = make.person("Bintou", "Second", roles=(Role.OFFICER,), scope=at(tree["top"]))
    claimed = claim(session, awa, tree["east"])
    commands.refuse_claim(session, officer, tree["top"], claimed, now=NOW)

    with pytest.raises(AlreadyAnswered) as refused:
        commands.confirm_claim(session, second, tree["top"], claimed, now=NOW)
    assert refused.value.message.params == {"name": "Fanta Officer", "moment": NOW}
    with pytest.raises(AlreadyAnswered):
        commands.withdraw_claim(session, awa, claimed, now=NOW)
    assert states(session, awa) == [MembershipState.REFUSED]


def test_a_claim_that_was_withdrawn_is_said_to_be(session, tree, officer, awa):
    claimed = claim(session, awa, tree["east"])
    commands.withdraw_claim(session, awa, claimed, now=NOW)

    with pytest.raises(ClaimWithdrawn, match="taken back"):
        commands.confirm_claim(session, officer, tree["top"], claimed, now=NOW)


# --- Invitations ------------------------------------------------------------------------------------


def invite(session, officer, institution_id, login):
    commands.invite_person(
        session, officer, institution_id, login, member_type=None, started_on=TODAY, now=NOW
    )
    session.flush()


@pytest.fixture
def invited(session, tree, officer, awa):
    invite(session, officer, tree["east"], "PERSON2")
    (one,) = list_my_memberships(session, awa)
    assert one.state is MembershipState.INVITED
    return one.id


def test_an_invitation_shows_what_was_typed_and_nothing_of_the_account(
    session, tree, officer, invited
):
    (one,) = list_pending(session, officer, f"/{tree['top']}/")

    assert (one.name, one.is_invitation, one.invited_by) == ("person2", True, "Fanta Officer")
    with pytest.raises(NoSuchMembership):
        get_member(session, officer, f"/{tree['top']}/", invited)


def test_the_person_accepts(session, tree, officer, awa, invited):
    assert commands.accept_invitation(session, awa, invited, now=NOW) == tree["east"]

    one = row(session, invited)
    assert (one.confirmed_at, one.confirmed_by_id) == (NOW, officer.person_id)
    with pytest.raises(AlreadyAnswered, match="Awa Traoré"):
        commands.withdraw_invitation(session, officer, tree["top"], invited, now=NOW)


def test_the_person_declines(session, tree, officer, awa, invited):
    commands.decline_invitation(session, awa, invited, now=NOW)

    assert states(session, awa) == [MembershipState.REFUSED]
    with pytest.raises(AlreadyAnswered):
        commands.withdraw_invitation(session, officer, tree["top"], invited, now=NOW)


def test_the_officer_takes_an_invitation_back(session, tree, officer, awa, invited):
    commands.withdraw_invitation(session, officer, tree["top"], invited, now=NOW)

    with pytest.raises(ClaimWithdrawn):
        commands.accept_invitation(session, awa, invited, now=NOW)
    assert states(session, awa) == [MembershipState.REFUSED]


def test_an_officer_cannot_accept_for_the_person(session, tree, officer, invited):
    with pytest.raises(NoSuchMembership):
        commands.accept_invitation(session, officer, invited, now=NOW)
    with pytest.raises(NotFound):
        commands.confirm_claim(session, officer, tree["top"], invited, now=NOW)


def test_the_answer_is_the_same_whether_there_is_an_account_or_not(session, tree, officer, awa):
    for login in ("nobody@example.org", "person2", "person2", "person1"):
        invite(session, officer, tree["east"], login)

    found = session.scalars(select(Membership.person_id)).all()
    assert found == [awa.person_id]


def test_who_is_a_member_is_not_invited(session, make, tree, officer, awa):
    make.member(awa, tree["east"])
    invite(session, officer, tree["east"], "person2")

    assert states(session, awa) == [MembershipState.CONFIRMED]


def test_an_officer_invites_to_no_other_institution(session, tree, officer, awa):
    with pytest.raises(NotFound):
        invite(session, officer, tree["other"], "person2")
    assert states(session, awa) == []


# --- Endings ----------------------------------------------------------------------------------------


@pytest.fixture
def member_id(session, make, tree, awa):
    make.member(awa, tree["east"])
    (one,) = list_my_memberships(session, awa)
    return one.id


def test_a_member_leaves(session, awa, member_id):
    commands.leave_institution(session, awa, member_id, ended_on=TODAY, now=NOW)

    one = row(session, member_id)
    assert (one.ended_on, one.end_reason, one.ended_by_id) == (TODAY, "left", awa.person_id)
    with pytest.raises(AlreadyEnded, match="ended on"):
        commands.leave_institution(session, awa, member_id, ended_on=TODAY, now=NOW)


def test_who_left_may_claim_again_from_the_next_day_on(session, tree, awa, member_id):
    commands.leave_institution(session, awa, member_id, ended_on=TODAY, now=NOW)

    with pytest.raises(DaysTaken, match="on some of these days"):
        claim(session, awa, tree["east"])
    tomorrow = NOW + timedelta(days=1)
    claim(session, awa, tree["east"], started_on=tomorrow.date(), now=tomorrow)
    assert len(states(session, awa)) == 2


def test_an_officer_ends_a_membership_below_and_nowhere_else(
    session, make, tree, officer, awa, member_id
):
    make.member(awa, tree["other"])
    others = session.scalars(
        select(Membership.id).where(Membership.institution_id == tree["other"])
    ).one()
    with pytest.raises(NotFound):
        commands.end_membership(session, officer, tree["top"], others, ended_on=TODAY, now=NOW)
    with pytest.raises(UnfitDays):
        commands.end_membership(
            session, officer, tree["top"], member_id, ended_on=YESTERDAY, now=NOW
        )
    assert row(session, member_id).ended_on is None
    commands.end_membership(session, officer, tree["top"], member_id, ended_on=TODAY, now=NOW)
    assert row(session, member_id).ended_by_id == officer.person_id


# --- Moves ------------------------------------------------------------------------------------------


def move(session, officer, tree, member_id, to, ended_on=None, now=NOW):
    moved = move_member(
        session, officer, tree["top"], member_id, to_institution_id=to, member_type=None,
        ended_on=ended_on, now=now,
    )  # fmt: skip
    session.flush()
    return moved


def test_a_move_within_reach_is_confirmed_and_unfinished_modules_go_along(
    session, make, tree, officer, awa, member_id
):
    make.courses()
    enrolment = session.get(Enrolment, make.enrolment(awa))
    assert enrolment.institution_id == tree["east"]
    later = NOW + timedelta(days=30)
    moved = move(session, officer, tree, member_id, tree["west"], now=later)

    assert moved.is_confirmed
    session.expire_all()
    assert enrolment.institution_id == tree["west"]
    old, new = session.scalars(
        select(Membership).where(Membership.person_id == awa.person_id).order_by(Membership.id)
    )
    assert (old.ended_on, old.end_reason) == (later.date() - timedelta(days=1), "moved")
    assert (new.started_on, new.confirmed_by_id) == (later.date(), officer.person_id)


def test_what_is_completed_stays_where_it_was(session, make, tree, officer, awa, member_id):
    make.courses()
    enrolment = session.get(Enrolment, make.enrolment(awa))
    enrolment.completed_at, enrolment.completed_on = NOW, TODAY
    session.flush()
    move(session, officer, tree, member_id, tree["west"])

    session.expire_all()
    assert enrolment.institution_id == tree["east"]


def test_a_move_on_the_first_day_ends_and_begins_on_it(session, tree, officer, awa, member_id):
    move(session, officer, tree, member_id, tree["west"])

    new, old = list_my_memberships(session, awa)
    assert (old.days, new.days) == (Days(TODAY, TODAY), Days(TODAY))


def test_a_move_out_of_reach_is_a_claim_there(session, make, tree, officer, awa, member_id):
    moved = move(session, officer, tree, member_id, tree["other"])

    assert not moved.is_confirmed
    assert sorted(states(session, awa)) == [MembershipState.CLAIMED, MembershipState.ENDED]
    there = make.person(roles=(Role.OFFICER,), scope=at(tree["other"]))
    (waiting,) = list_pending(session, there, f"/{tree['other']}/")
    commands.confirm_claim(session, there, tree["other"], waiting.id, now=NOW)
    assert tree["other"] in accounts.lock_holder(session, awa.person_id, at=NOW).institution_ids


def test_a_move_answers_the_claim_that_is_there(session, tree, officer, awa, member_id):
    claimed = claim(session, awa, tree["west"])
    move(session, officer, tree, member_id, tree["west"])

    assert row(session, claimed).confirmed_by_id == officer.person_id


def test_moves_that_cannot_be_change_nothing(session, make, tree, officer, awa, member_id):
    make.member(awa, tree["west"])
    for to, ended_on, error in (
        (tree["east"], None, SamePlace),
        (tree["west"], None, AlreadyThere),
        (999_999, None, UnfitPlace),
        (tree["other"], TODAY + timedelta(days=1), UnfitDays),
    ):
        with pytest.raises(error), session.begin_nested():
            move(session, officer, tree, member_id, to, ended_on)
    session.expire_all()
    assert states(session, awa) == [MembershipState.CONFIRMED] * 2


def test_an_officer_moves_neither_oneself_nor_people_of_others(
    session, make, tree, officer, member_id
):
    make.member(officer, tree["east"])
    own = session.scalars(
        select(Membership.id).where(Membership.person_id == officer.person_id)
    ).one()
    with pytest.raises(OwnClaim):
        move(session, officer, tree, own, tree["west"])
    stranger = make.person(roles=(Role.OFFICER,), scope=at(tree["other"]))
    with pytest.raises(NotFound):
        move(session, stranger, tree, member_id, tree["other"])


# --- Choosing an institution ------------------------------------------------------------------------


def test_institutions_are_found_by_all_words_accents_ignored(session, make, tree):
    session.get(Institution, tree["east"]).name = {"fr": "Antenne régionale de Ségou"}
    session.get(Institution, tree["west"]).closed_on = YESTERDAY
    session.add(MemberType(key="party", name={"fr": "Parti"}))
    session.flush()

    (found,) = find_institutions(session, "segou ANTENNE", today=TODAY)
    assert (found.id, len(found.names)) == (tree["east"], 2)
    assert find_institutions(session, "west", today=TODAY) == []
    assert find_institutions(session, " ", today=TODAY) == []
    assert find_institutions(session, "segou kayes", today=TODAY) == []
