"""What a line of a list of people says: headings, cells, days, user names."""

from __future__ import annotations

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts.domain import (
    FRENCH_HEADINGS,
    AgeBand,
    Column,
    NameOrder,
    PersonName,
    Sex,
    draw_temporary_password,
    find_fault_in_password,
    login_base,
    match_headings,
    propose_login,
    read_day,
    read_person_line,
)
from lms.accounts.domain.people import is_login

TODAY = date(2026, 11, 22)


def read(**cells):
    return read_person_line(7, {Column(name): text for name, text in cells.items()}, today=TODAY)


# --- Headings ---------------------------------------------------------------------------------------


def test_english_and_french_headings_name_the_same_columns():
    english, unknown = match_headings([column.value for column in Column])
    french, _ = match_headings(list(FRENCH_HEADINGS))

    assert list(english.values()) == list(Column)
    assert set(french.values()) == set(Column)
    assert unknown == ()


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("prenoms", Column.GIVEN_NAMES),
        ("prénom", Column.GIVEN_NAMES),
        ("noms", Column.FAMILY_NAMES),
        ("tranche_d'age", Column.AGE_BAND),
        ("tranche_d’âge", Column.AGE_BAND),
        ("e_mail", Column.EMAIL),
        ("type_de_membre", Column.MEMBER_TYPE),
    ],
)
def test_headings_are_understood_as_people_write_them(heading, column):
    assert match_headings([heading])[0] == {heading: column}


def test_what_is_no_column_is_named_and_what_has_no_heading_is_not():
    assert match_headings(["nom", "téléphone", ""]) == (
        {"nom": Column.FAMILY_NAMES},
        ("téléphone",),
    )


# --- Cells ------------------------------------------------------------------------------------------


def test_a_full_line_is_read_whole():
    line = read(
        given_names="  Awa   Marie ",
        family_names="Traoré",
        name_order="family-first",
        email="Awa@Example.org",
        login="AWA",
        language="Français",
        institution="segou",
        member_type="party",
        sex="femme",
        age_band="25–34",
        started_on="01/03/2026",
    )

    assert line.faults == {}
    assert line.name == PersonName("Awa Marie", "Traoré", NameOrder.FAMILY_FIRST)
    assert (line.email, line.login, line.language) == ("awa@example.org", "awa", "fr")
    assert (line.institution, line.member_type) == ("segou", "party")
    assert (line.sex, line.age_band, line.started_on) == (
        Sex.FEMALE,
        AgeBand.FROM_25,
        date(2026, 3, 1),
    )


def test_a_name_alone_is_enough():
    line = read(given_names="Awa")

    assert line.faults == {}
    assert (line.email, line.login, line.sex, line.started_on) == (None, None, None, None)


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({}, "given_names", "A name is needed."),
        ({"given_names": "=cmd|x"}, "given_names", "A name may not have"),
        ({"email": "awa"}, "email", "not an e-mail address"),
        ({"login": "a b"}, "login", "A user name has"),
        ({"language": "pt"}, "language", "“pt” is no language"),
        ({"sex": "x"}, "sex", "“x” is not known here"),
        ({"age_band": "30"}, "age_band", "“30” is no age band"),
        ({"name_order": "up"}, "name_order", "“up” is no order"),
        ({"started_on": "31/02/2026"}, "started_on", "“31/02/2026” is no day"),
        ({"started_on": "2026-11-23"}, "started_on", "may not lie in the future"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_in_its_column(cells, column, sentence):
    line = read(**({"given_names": "Awa"} if cells else {}) | cells)

    assert sentence in str(line.faults[column])
    assert len(line.faults) == 1


@pytest.mark.parametrize("band", AgeBand)
def test_every_age_band_is_read_as_it_is_kept(band):
    assert read(given_names="Awa", age_band=band.value).age_band is band


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Awa|Traoré", "AWA|TRAORE"),
        ("Awa|Traoré", "Traoré|Awa"),
        ("Seydou|Ɓa", "Seydou|Ba"),
        ("Jean-Marie|N’Guessan", "Jean Marie|N'Guessan"),
    ],
)
def test_names_are_compared_without_accents_order_and_signs(one, other):
    keys = {
        read(given_names=given, family_names=family).name_key
        for given, family in (text.split("|") for text in (one, other))
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("1.3.2026", date(2026, 3, 1)),
        (" 2026/03/31 ", date(2026, 3, 31)),
        ("31/03/26", None),
        ("2026-03", None),
        ("2026-13-01", None),
        ("²/3/2026", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them_and_never_guessed(text, day):
    assert read_day(text) == day


# --- User names and slips ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "family", "base"),
    [
        ("Awa", "Traoré", "awa.traore"),
        ("Fatoumata Binta", "N’Diaye-Coulibaly", "fatoumata-binta.ndiaye-coulibaly"),
        ("Seydou", "Ɓa", "seydou.ba"),
        ("Œuvre", "", "oeuvre"),
        ("", "Koné", "kone"),
        ("أوا", "تراوري", "member"),
        ("Louis 14", "", "louis"),
        ("Abcdefghijklmnopqrstuvwxyz", "Abcdefghijklmnopqrstuvwxyz",
         "abcdefghijklmnopqrstuvwxyz.abcdefghijklm"),
    ],
)  # fmt: skip
def test_a_user_name_is_made_of_the_name_in_plain_letters(given, family, base):
    assert login_base(PersonName(given, family)) == base


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_the_name_the_user_name_is_one_that_can_be_typed(given_names, family_names):
    base = login_base(PersonName(given_names, family_names))

    assert base.isascii()
    assert is_login(base)
    assert not base[-1].isdigit()


def test_a_user_name_that_is_taken_gets_a_number():
    assert propose_login("awa.traore", set()) == "awa.traore"
    assert propose_login("awa.traore", {"awa.traore", "awa.traore2"}) == "awa.traore3"


def test_a_temporary_password_is_readable_and_one_that_the_rules_allow():
    password = draw_temporary_password(Random(1).choice)

    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", password)
    assert not set("il1o0") & set(password)
    assert find_fault_in_password(password) is None
    assert draw_temporary_password(Random(2).choice) != password
