"""Names, logins and passwords: what can be one, and how it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms import accounts
from lms.accounts.domain import (
    LONGEST_NAME,
    NameOrder,
    PersonDetails,
    PersonName,
    fold_login,
    parse_name,
)
from lms.accounts.errors import LoginTaken, UnfitPerson
from lms.accounts.models import Person
from lms.accounts.passwords import hash_password, is_right_password
from lms.core.errors import NotAllowed
from lms.core.permissions import NOBODY, SITE, SYSTEM, Role
from tests.conftest import NOW

NAME = PersonName("Awa", "Traoré")


def details(**changes) -> PersonDetails:
    return PersonDetails(
        **{"login": "awa", "email": None, "name": NAME, "password": "long enough", **changes}
    )


def count_people(session) -> int:
    return session.scalars(select(func.count()).select_from(Person)).one()


# --- Names ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "given_names", "family_names", "written"),
    [
        ("Awa Traoré", "Awa", "Traoré", "Awa Traoré"),
        ("Awa Zoé Traoré", "Awa Zoé", "Traoré", "Awa Zoé Traoré"),
        ("  Awa \t Traoré ", "Awa", "Traoré", "Awa Traoré"),
        ("Traoré, Awa", "Awa", "Traoré", "Traoré Awa"),
        ("Koné-N’Guessan, Aïssata Zoé", "Aïssata Zoé", "Koné-N’Guessan", "Koné-N’Guessan Aïssata Zoé"),
        ("Soekarno", "", "Soekarno", "Soekarno"),
        ("Tou\u0301re\u0301 E\u0301lise", "Toúré", "Élise", "Toúré Élise"),
        ("محمد عبد", "محمد", "عبد", "محمد عبد"),
    ],
)  # fmt: skip
def test_a_typed_name_is_read_into_its_parts(text, given_names, family_names, written):
    name = parse_name(text)
    assert (name.given_names, name.family_names, name.written) == (
        given_names,
        family_names,
        written,
    )
    assert name.fault is None


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Awa <b>Traoré",
        "Awa\u202eéroarT",
        "Awa\u0000Traoré",
        "Awa\u200b Traoré",
        "{{ 7*7 }}",
        "=cmd|' /C calc'!A0",
        "12345",
        "’-’",
        "",
        "   ",
        ",",
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(text):
    assert str(parse_name(text).fault).startswith("A name ")


@pytest.mark.parametrize("length", [1, LONGEST_NAME])
def test_a_name_of_the_longest_length_is_a_name(length):
    assert PersonName("", "é" * length).fault is None


@pytest.mark.parametrize("length", [LONGEST_NAME + 1, 300])
def test_a_longer_name_is_refused_with_both_lengths_and_never_cut(length):
    fault = PersonName("", "é" * length).fault
    assert fault is not None
    assert fault.params == {"length": length, "limit": LONGEST_NAME}
    assert str(length) in str(fault)


@given(st.text(max_size=200))
def test_reading_a_name_never_fails_and_reading_it_again_changes_nothing(text):
    name = parse_name(text)
    if name.order is NameOrder.GIVEN_FIRST:
        assert parse_name(name.written) == name


# --- Logins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Awa", " awa ", "AWA", "awa"])
def test_a_login_is_the_same_in_any_case(typed):
    assert fold_login(typed) == "awa"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": None}, "login"),
        ({"login": "awa@example.org"}, "login"),
        ({"login": "awa traoré"}, "login"),
        ({"login": "<awa>"}, "login"),
        ({"login": "..."}, "login"),
        ({"login": ""}, "login"),
        ({"login": "a" * 65}, "login"),
        ({"email": "awa"}, "email"),
        ({"email": "awa@example"}, "email"),
        ({"email": "awa@ example.org"}, "email"),
        ({"email": "a@b@example.org"}, "email"),
        ({"email": "@example.org"}, "email"),
        ({"email": "a" * 250 + "@x.org"}, "email"),
        ({"password": "nine char"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"name": PersonName("", "x" * 300)}, "name"),
        ({"name": PersonName("<script>", "")}, "name"),
    ],
)
def test_unfit_details_name_their_field_and_create_nobody(session, changes, field):
    before = count_people(session)
    with pytest.raises(UnfitPerson) as refused:
        accounts.create_person(session, SYSTEM, details(**changes), now=NOW)
    assert list(refused.value.fields) == [field]
    assert count_people(session) == before


def test_all_faults_are_told_at_once():
    faults = details(login="<", email="<", name=PersonName("<", ""), password="<").faults
    assert set(faults) == {"login", "email", "name", "password"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"login": "Awa"}, {"login": "aWA"}),
        ({"login": None, "email": "Awa@Example.org"}, {"login": None, "email": "awa@example.ORG"}),
        ({"email": "awa@example.org"}, {"login": "other", "email": "AWA@example.org"}),
    ],
)
def test_two_people_cannot_sign_in_alike(session, first, second):
    accounts.create_person(session, SYSTEM, details(**first), now=NOW)
    before = count_people(session)
    with pytest.raises(LoginTaken):
        accounts.create_person(session, SYSTEM, details(**second), now=NOW)
    assert count_people(session) == before


def test_only_an_administrator_creates_people_and_gives_roles(session, make):
    learner, officer = make.person(), make.person(roles=(Role.OFFICER,))
    administrator = make.person(roles=(Role.ADMINISTRATOR,))
    for actor in (NOBODY, learner, officer):
        with pytest.raises(NotAllowed):
            accounts.create_person(session, actor, details(), now=NOW)
        with pytest.raises(NotAllowed):
            accounts.grant_role(
                session, actor, actor.person_id or 1, Role.ADMINISTRATOR, SITE, now=NOW
            )
        with pytest.raises(NotAllowed):
            accounts.confirm_membership(session, actor, actor.person_id or 1, 1, now=NOW)
    assert accounts.create_person(session, administrator, details(), now=NOW)


# --- Passwords --------------------------------------------------------------------------------------


def test_a_password_is_kept_as_argon2id_with_the_costs_that_were_decided(session, make):
    person = session.get(Person, make.person().person_id)
    assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_same_password_is_kept_differently_for_each_person():
    assert hash_password("long enough") != hash_password("long enough")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$broken"])
def test_no_password_is_right_where_none_can_be_checked(kept):
    assert not is_right_password(kept, "the password of nobody")
