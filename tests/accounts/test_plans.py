"""What becomes of each line of a list, by the rules alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.domain import (
    NEW,
    Account,
    Column,
    Days,
    KnownMembership,
    KnownPerson,
    Outcome,
    Place,
    Reach,
    name_key,
    plan_lines,
    read_person_line,
)
from lms.accounts.domain.people import fold_name
from lms.accounts.domain.plans import edits_of, is_one_edit_apart

TODAY = date(2026, 11, 22)
CENTRE, SEGOU, CLOSED = 1, 2, 3
PLACES = [
    Place(CENTRE, "centre", {"fr": "Siège", "en": "Head office"}),
    Place(SEGOU, "segou", {"fr": "Antenne de Ségou", "en": "Ségou branch"}),
    Place(CLOSED, "old", {"fr": "Ancienne", "en": "Old one"}, is_closed=True),
]
TYPES = {"party": {"fr": "Parti politique", "en": "Political party"}}
OFFICER = 99


def member(
    id, name, at=CENTRE, *, login=None, email=None, type_=None, last=None,
    confirmed=True, invited=False,
):  # fmt: skip
    row = KnownMembership(id * 10, at, type_, Days(date(2026, 1, 1), last), confirmed, invited)
    return KnownPerson(id, name, name_key(fold_name(name)), login, email, (row,))


def plan(rows, *people, accounts=(), choices=None, taken=(), default=CENTRE, **more):
    """Plan rows of cells against people; `accounts` are (id, email) of people out of reach."""
    known = {person.id: person for person in people}
    lines = [
        read_person_line(number, {Column(name): text for name, text in row.items()}, today=TODAY)
        for number, row in enumerate(rows, start=2)
    ]
    reach = Reach(
        places=PLACES,
        member_types=TYPES,
        people=known,
        by_email={one.email: Account(one.id, False) for one in people if one.email}
        | {email: Account(id, id < 0) for id, email in accounts},
        by_login={one.login: Account(one.id, False) for one in people if one.login}
        | {login: Account(777, False) for login in taken},
        taken_logins=frozenset(taken),
        default_place_id=default,
        actor_id=OFFICER,
        **more,
    )
    return plan_lines(lines, reach, choices or {}, today=TODAY)


def awa(**more):
    return {"given_names": "Awa", "family_names": "Traoré", **more}


def only(planned):
    (one,) = planned
    return one


# --- New people -------------------------------------------------------------------------------------


def test_whom_nobody_is_like_is_new_with_a_user_name_of_their_own():
    one, two = plan(
        [awa(), {"given_names": "Awa", "family_names": "Diarra"}], taken=("awa.traore",)
    )

    assert (one.outcome, one.login, one.institution_id) == (Outcome.NEW, "awa.traore2", CENTRE)
    assert (two.outcome, two.login) == (Outcome.NEW, "awa.diarra")


def test_who_has_an_address_gets_no_user_name():
    assert only(plan([awa(email="awa@example.org")])).login is None


def test_a_user_name_that_is_proposed_is_never_one_that_a_later_line_asks_for():
    one, two = plan([awa(), {"given_names": "Bo", "login": "awa.traore"}])

    assert (one.login, two.login) == ("awa.traore2", "awa.traore")


@pytest.mark.parametrize("written", ["segou", "SEGOU", "Ségou", "Antenne de Segou", "ségou branch"])
def test_an_institution_is_found_by_key_or_name_accents_ignored(written):
    assert only(plan([awa(institution=written)])).institution_id == SEGOU


def test_a_member_type_is_found_by_key_or_name():
    for written in ("party", "Parti Politique", "political party"):
        assert only(plan([awa(member_type=written)])).member_type == "party"


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"institution": "Tombouctou"}, "institution", "No institution here or below"),
        ({"institution": "old"}, "institution", "is closed"),
        ({"member_type": "king"}, "member_type", "no member type “king”"),
        ({"email": "no address"}, "email", "not an e-mail address"),
    ],
)
def test_what_cannot_be_found_or_read_refuses_the_line_by_its_column(cells, column, sentence):
    one = only(plan([awa(**cells)]))

    assert one.outcome is Outcome.REFUSED
    assert sentence in str(one.reason)
    assert list(one.faults) == [column]


def test_a_name_that_two_institutions_have_is_ambiguous():
    places = [*PLACES, Place(4, "other", {"fr": "Siège"})]
    lines = [
        read_person_line(2, {Column.GIVEN_NAMES: "Awa", Column.INSTITUTION: "siege"}, today=TODAY)
    ]
    one = only(plan_lines(lines, Reach(places, {}, {}, {}, {}, frozenset(), None), {}, today=TODAY))

    assert "Several institutions are called “siege”" in str(one.reason)


def test_an_address_or_a_user_name_comes_once_in_a_list():
    planned = plan(
        [
            awa(email="a@example.org", login="awa"),
            {"given_names": "Bo", "email": "A@Example.org"},
            {"given_names": "Cy", "login": "AWA"},
        ]
    )

    assert [one.outcome for one in planned] == [Outcome.NEW, Outcome.REFUSED, Outcome.REFUSED]
    assert "Line 2 has the same e-mail address" in str(planned[1].reason)
    assert "Line 2 has the same user name" in str(planned[2].reason)


# --- Who may be there already -----------------------------------------------------------------------


def test_who_has_the_same_name_is_proposed_and_nobody_is_guessed():
    known = member(5, "TRAORE Awa", login="awa", at=SEGOU)
    one = only(plan([awa()], known))

    assert one.outcome is Outcome.UNDECIDED
    (candidate,) = one.candidates
    assert (candidate.key, candidate.login, candidate.institution_ids) == (
        "person-5",
        "awa",
        (SEGOU,),
    )


def test_the_reader_says_whether_it_is_the_same_person():
    known = member(5, "Awa Traoré", at=SEGOU)

    assert only(plan([awa()], known, choices={2: NEW})).outcome is Outcome.NEW
    same = only(plan([awa()], known, choices={2: "person-5"}))
    assert (same.outcome, same.person_id, same.institution_id) == (Outcome.JOINS, 5, CENTRE)


def test_a_choice_that_was_not_offered_is_none():
    known = member(5, "Awa Traoré", at=SEGOU), member(6, "Bo Diarra")

    assert only(plan([awa()], *known, choices={2: "person-6"})).outcome is Outcome.UNDECIDED


def test_a_list_that_comes_twice_finds_who_it_brought_in():
    known = member(5, "Awa Traoré", login="awa.traore")
    one = only(plan([awa()], known))

    assert (one.outcome, one.choice) == (Outcome.UNCHANGED, "person-5")
    assert only(plan([awa()], known, choices={2: NEW})).outcome is Outcome.NEW


def test_two_of_one_name_there_are_asked_about():
    assert (
        only(plan([awa()], member(5, "Awa Traoré"), member(6, "Awa Traore"))).outcome
        is Outcome.UNDECIDED
    )


def test_other_addresses_make_another_person_unless_the_reader_says_else():
    known = member(5, "Awa Traoré", email="old@example.org")
    one = only(plan([awa(email="new@example.org")], known))

    assert (one.outcome, len(one.candidates)) == (Outcome.NEW, 1)
    same = plan([awa(email="new@example.org")], known, choices={2: "person-5"})
    assert only(same).outcome is Outcome.UNCHANGED


def test_a_name_one_letter_away_is_proposed_and_taken_for_another():
    one = only(plan([{"given_names": "Bakari", "family_names": "Koné"}], member(5, "Bakary Koné")))

    assert (one.outcome, [one.key for one in one.candidates]) == (Outcome.NEW, ["person-5"])


def test_short_names_are_not_alike_by_chance():
    assert (
        only(plan([{"given_names": "Ali", "family_names": "Ba"}], member(5, "Ali Bah"))).candidates
        == ()
    )


def test_a_name_that_comes_twice_in_a_list_is_asked_about():
    first, second = plan([awa(), {"given_names": "Traore", "family_names": "AWA"}])

    assert (first.outcome, second.outcome) == (Outcome.NEW, Outcome.UNDECIDED)
    assert [one.key for one in second.candidates] == ["line-2"]
    _, same = plan([awa(), awa()], choices={3: "line-2"})
    assert (same.outcome, str(same.reason)) == (Outcome.REFUSED, "The same person as in line 2.")
    _, new = plan([awa(), awa()], choices={3: NEW})
    assert (new.outcome, new.login) == (Outcome.NEW, "awa.traore2")


def test_more_people_of_a_name_than_help_are_not_all_listed():
    people = [member(id, "Awa Traoré", at=SEGOU) for id in range(1, 9)]
    one = only(plan([awa()], *people, choices={2: "person-8"}))

    assert len(one.candidates) == 5
    assert one.person_id == 8


def test_whoever_is_only_invited_is_not_named():
    invited = member(5, "Awa Traoré", confirmed=False, invited=True)

    assert only(plan([awa()], invited)).candidates == ()


# --- People who are there ---------------------------------------------------------------------------


def test_a_members_address_finds_the_member():
    known = member(5, "Awa Traoré", email="a@example.org")

    assert only(plan([awa(email="A@example.org")], known)).outcome is Outcome.UNCHANGED
    joins = only(plan([awa(email="a@example.org", institution="segou")], known))
    assert (joins.outcome, joins.institution_id) == (Outcome.JOINS, SEGOU)


def test_a_members_user_name_finds_the_member():
    known = member(5, "Awa Traoré", login="awa")

    assert only(plan([awa(login="awa")], known)).person_id == 5


def test_another_member_type_changes_the_seat_and_an_empty_one_does_not():
    known = member(5, "Awa Traoré", login="awa", type_="civil-society")

    seat = only(plan([awa(login="awa", member_type="party")], known))
    assert (seat.outcome, seat.member_type, seat.membership_id) == (
        Outcome.SEAT_CHANGED,
        "party",
        50,
    )
    assert only(plan([awa(login="awa")], known)).outcome is Outcome.UNCHANGED


def test_a_claim_is_confirmed_by_the_list_that_names_the_claimer():
    claimer = member(5, "Awa Traoré", email="a@example.org", confirmed=False)
    one = only(plan([awa(email="a@example.org")], claimer))

    assert (one.outcome, one.membership_id) == (Outcome.CLAIM_CONFIRMED, 50)


def test_who_is_invited_already_is_left_so():
    invited = member(5, "Other Name", email="a@example.org", confirmed=False, invited=True)

    assert only(plan([awa(email="a@example.org")], invited)).outcome is Outcome.UNCHANGED


def test_an_address_out_of_reach_is_an_invitation_whatever_the_name():
    one = only(plan([awa(email="a@example.org")], accounts=[(8, "a@example.org")]))

    assert (one.outcome, one.person_id, one.candidates) == (Outcome.INVITED, 8, ())


def test_who_left_is_invited_and_not_taken_back():
    left = member(5, "Awa Traoré", email="a@example.org", last=date(2026, 10, 1))

    assert only(plan([awa(email="a@example.org")], left)).outcome is Outcome.INVITED
    early = only(plan([awa(email="a@example.org", started_on="2026-09-01")], left))
    assert "was a member until" in str(early.reason)


def test_a_user_name_out_of_reach_is_taken_and_nothing_else():
    one = only(plan([awa(login="awa")], taken=("awa",)))

    assert one.outcome is Outcome.REFUSED
    assert "Somebody has the user name awa" in str(one.reason)


@pytest.mark.parametrize("cells", [{"login": "bo"}, {"login": "awa", "email": "other@example.org"}])
def test_a_user_name_of_another_member_is_taken_too(cells):
    known = member(5, "Awa Traoré", login="awa", email="a@example.org"), member(6, "Bo", login="bo")

    assert "Somebody has the user name" in str(only(plan([awa(**cells)], *known)).reason)


def test_one_address_is_one_persons():
    known = member(5, "Bo Diarra", email="office@example.org"), member(6, "Cy", login="cy")

    one = only(plan([awa(email="office@example.org")], *known))
    assert "belongs to Bo Diarra" in str(one.reason)
    two = only(plan([awa(email="office@example.org", login="cy")], *known))
    assert "belong to two people" in str(two.reason)


def test_a_closed_account_comes_back_through_the_administrators():
    one = only(plan([awa(email="a@example.org")], accounts=[(-8, "a@example.org")]))

    assert "This account is closed" in str(one.reason)


def test_nobody_brings_oneself_in():
    oneself = member(OFFICER, "Awa Traoré", email="a@example.org")

    assert only(plan([awa(email="a@example.org")], oneself)).outcome is Outcome.UNCHANGED
    below = only(plan([awa(email="a@example.org", institution="segou")], oneself))
    assert "This is you" in str(below.reason)


def test_the_system_invites_nobody():
    nowhere = KnownPerson(5, "Awa Traoré", "awa traore", "awa", None)

    joins = only(plan([awa(login="awa")], nowhere, is_everything=True))
    assert joins.outcome is Outcome.JOINS
    without = only(plan([awa(login="awa")], nowhere, is_everything=True, default=None))
    assert without.outcome is Outcome.UNCHANGED


# --- One edit ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("kone", "kone", False),
        ("kone", "konee", True),
        ("kone", "one", True),
        ("kone", "kane", True),
        ("kone", "enok", False),
        ("kone", "konate", False),
        ("", "k", True),
    ],
)
def test_one_edit_is_a_letter_more_less_or_other(one, other, apart):
    assert is_one_edit_apart(one, other) is apart
    assert is_one_edit_apart(other, one) is apart


@given(st.text("ab", max_size=5), st.text("ab", max_size=5))
def test_what_is_one_edit_apart_shares_what_the_search_looks_for(one, other):
    if is_one_edit_apart(one, other):
        assert set(edits_of(one)) & set(edits_of(other))


@given(
    st.lists(st.sampled_from([awa(), awa(email="a@example.org"), awa(login="awa"), {}]), max_size=6)
)
def test_every_line_has_one_outcome_and_whoever_is_refused_has_a_reason(rows):
    planned = plan(rows, member(5, "Awa Traoré", login="awa"))

    assert [one.line.line for one in planned] == list(range(2, len(rows) + 2))
    assert all((one.reason is None) == (one.outcome is Outcome.NEW) for one in planned)
