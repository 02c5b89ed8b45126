"""Codes that survive paper, numbers, names and states."""

from __future__ import annotations

import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.domain import (
    CredentialState,
    commit_to_name,
    draw_code,
    group_code,
    judge_state,
    read_code,
    write_number,
)
from lms.credentials.domain.codes import ALPHABET

CODES = st.text(ALPHABET, min_size=16, max_size=16)


@given(st.randoms(use_true_random=False))
def test_a_code_has_sixteen_characters_none_of_which_is_misread(chance):
    code = draw_code(chance)

    assert len(code) == 16
    assert not set(code) - set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_every_character_of_the_alphabet_is_drawn():
    chance = Random(8)

    assert set("".join(draw_code(chance) for _ in range(200))) == set(ALPHABET)
    assert len(set(ALPHABET)) == 32


@given(CODES)
def test_a_printed_code_reads_back_as_the_code(code):
    printed = group_code(code)

    assert [len(group) for group in printed.split("-")] == [4, 4, 4, 4]
    assert read_code(printed) == code


@given(CODES, st.randoms(use_true_random=False))
def test_case_spaces_hyphens_and_misread_letters_do_not_matter(code, chance):
    misread = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        chance.choice(["", " ", "-", "–", "\u2011", "\u00a0", "\u202f"])
        + chance.choice(misread.get(character, character + character.lower()))
        for character in code
    )

    assert read_code(f"  {typed}\n") == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ABCD",
        "ABCD-EFGH-JKMN-PQR",
        "ABCD-EFGH-JKMN-PQRST",
        "ABCD-EFGH-JKMN-PQRU",
        "ABCD-EFGH-JKMN-PQR!",
        "ABCD-EFGH-JKMN-PQR٣",
        "ABCD-EFGH-JKMN-PQRÉ",
        "<script>",
    ],
)
def test_what_is_no_code_reads_as_none(text):
    assert read_code(text) is None


def test_a_number_names_its_year_and_sorts_as_text():
    assert write_number(2026, 42) == "SC-2026-00000042"
    assert write_number(2026, 9) < write_number(2026, 10) < write_number(2027, 1)


def test_a_commitment_proves_one_name_under_one_salt():
    proof = commit_to_name("salt", "Aïssata Koné")

    assert proof == hashlib.sha256("salt:Aïssata Koné".encode()).hexdigest()
    assert proof != commit_to_name("salt", "Aissata Koné")
    assert proof != commit_to_name("other", "Aïssata Koné")


@pytest.mark.parametrize(
    ("has_name", "is_revoked", "is_newest", "is_expired", "state"),
    [
        (True, False, True, False, CredentialState.VALID),
        (True, False, True, True, CredentialState.EXPIRED),
        (True, False, False, True, CredentialState.SUPERSEDED),
        (True, True, False, True, CredentialState.REVOKED),
        (True, True, True, False, CredentialState.REVOKED),
        (False, True, False, True, CredentialState.ERASED),
        (False, False, True, False, CredentialState.ERASED),
    ],
)
def test_a_check_tells_the_gravest_that_is_true(has_name, is_revoked, is_newest, is_expired, state):
    assert (
        judge_state(
            has_name=has_name, is_revoked=is_revoked, is_newest=is_newest, is_expired=is_expired
        )
        is state
    )
