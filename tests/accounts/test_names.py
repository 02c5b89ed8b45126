"""How a name reads on certificates: in its order and script, accents on capitals, and confirmed once."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import accounts
from lms.accounts.domain import NameOrder, PersonName, PrintedName, tidy_name
from lms.accounts.errors import UnfitName
from lms.accounts.models import Person
from lms.accounts.queries import get_certificate_name
from lms.core import events
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("name", "in_capitals", "written"),
    [
        (PersonName("Élise Ñandé", "Ouédraogo-N’Guessan"), False, "Élise Ñandé Ouédraogo-N’Guessan"),
        (PersonName("Élise", "Ouédraogo-N’Guessan"), True, "Élise OUÉDRAOGO-N’GUESSAN"),
        (
            PersonName("Élise", "Ouédraogo", NameOrder.FAMILY_FIRST), True, "OUÉDRAOGO Élise",
        ),
        (PersonName("Élise", "de l’Étoile Œuvré-Çelik"), True, "Élise DE L’ÉTOILE ŒUVRÉ-ÇELIK"),
        (PersonName("Ọlọ́runṣẹ́gun", "Adébáyọ̀"), True, "Ọlọ́runṣẹ́gun ADÉBÁYỌ̀"),
        (PersonName("Ali", "Ɓâ"), True, "Ali ƁÂ"),
        (PersonName("فاطمة", "الزهراء"), True, "فاطمة الزهراء"),
        (PersonName("", "Sékou"), True, "SÉKOU"),
        (PersonName("Sékou", ""), True, "Sékou"),
    ],
)  # fmt: skip
def test_a_name_is_printed_in_its_order_and_keeps_its_accents_on_capitals(
    name, in_capitals, written
):
    assert PrintedName(tidy_name(name), in_capitals).written == unicodedata.normalize(
        "NFC", written
    )


@given(st.text(st.characters(categories=["L", "M"]), max_size=30))
def test_capitals_lose_no_accent_that_the_letter_had(family):
    tidy = tidy_name(PersonName("A", family))
    printed = PrintedName(tidy, in_capitals=True).written

    expected = unicodedata.normalize("NFC", tidy.family_names.upper())
    assert printed == f"A {expected}".rstrip()


@given(st.text(max_size=40), st.text(max_size=40))
def test_tidying_twice_is_tidying_once(given_names, family_names):
    tidy = tidy_name(PersonName(given_names, family_names))

    assert tidy_name(tidy) == tidy
    assert "  " not in tidy.written


@pytest.mark.parametrize(
    ("name", "part"),
    [
        (PersonName("", " \t"), "given_names"),
        (PersonName("Awa<b>", "Koné"), "given_names"),
        (PersonName("Awa", "Koné;"), "family_names"),
        (PersonName("Awa", "K" * 150), "family_names"),
        (PersonName("A" * 150, "Koné"), "given_names"),
        (PersonName("12", "34"), "given_names"),
    ],
)
def test_what_cannot_be_a_name_is_said_beside_the_part_that_is_at_fault(session, make, name, part):
    actor = make.person(confirms_name=False)

    with pytest.raises(UnfitName) as refused:
        accounts.confirm_name(session, actor, name, in_capitals=False, now=NOW)

    assert list(refused.value.fields) == [part]
    assert session.get(Person, actor.person_id).printed_name is None


def test_a_name_that_capitals_make_too_long_is_refused(session, make):
    name = PersonName("", "ß" * 100)

    with pytest.raises(UnfitName, match="cannot print"):
        accounts.confirm_name(session, make.person(), name, in_capitals=True, now=NOW)


def test_a_name_is_confirmed_in_its_parts_and_as_it_is_printed(session, make):
    actor = make.person("aissata", "kone", confirms_name=False)
    assert get_certificate_name(session, actor).printed_name is None
    wanted = PersonName(" Aïssata ", "Koné", NameOrder.FAMILY_FIRST)

    printed = accounts.confirm_name(session, actor, wanted, in_capitals=True, now=NOW)

    known = get_certificate_name(session, actor)
    assert printed == known.printed_name == "KONÉ Aïssata"
    assert known.name == PersonName("Aïssata", "Koné", NameOrder.FAMILY_FIRST)
    assert known.in_capitals
    assert session.get(Person, actor.person_id).folded_name == "aissata kone"


def test_a_name_is_confirmed_by_its_bearer_alone(session):
    with pytest.raises(SignInRequired):
        accounts.confirm_name(session, NOBODY, PersonName("A", "B"), in_capitals=False, now=NOW)


def test_the_same_name_again_tells_nobody(session, make, monkeypatch):
    actor = make.person("Awa", "Koné")
    told = []
    monkeypatch.setattr(events, "publish", lambda *args, **named: told.append(args[1]))

    accounts.confirm_name(session, actor, PersonName("Awa", "Koné"), in_capitals=False, now=NOW)
    assert told == []
    accounts.confirm_name(session, actor, PersonName("Awa", "Koné"), in_capitals=True, now=NOW)
    assert [(one.printed_name, one.previous) for one in told] == [("Awa KONÉ", "Awa Koné")]


def test_two_confirmations_before_a_certificate_are_free(session, make):
    actor = make.person("Awa", "Koné")

    accounts.confirm_name(session, actor, PersonName("Zoé", "Bâ"), in_capitals=False, now=NOW)

    assert get_certificate_name(session, actor).printed_name == "Zoé Bâ"
    assert not get_certificate_name(session, actor).in_capitals
