"""Numbers: how each language reads them, and what is never guessed."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.domain.numbers import (
    LARGEST_EXPONENT,
    LONGEST_NUMBER,
    MOST_DIGITS,
    UNDETERMINED,
    Ambiguous,
    Unreadable,
    read_number,
    write_number,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/course-format.md"
LANGUAGES = ("fr", "en", "pt", "ar", "sw", UNDETERMINED)

languages = st.sampled_from(LANGUAGES)
# What a person may write, and little else.
number_like = st.text(
    st.sampled_from("0123456789 .,-+eE\u2212\u00a0\u202f\u066b\u066c٣%"), max_size=24
)
decimals = st.integers(-(10**21), 10**21).map(lambda number: Fraction(number, 10**6))


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1250", "fr", "1250"),
        ("007", "fr", "7"),
        ("1 234", "fr", "1234"),
        ("1\u00a0234\u00a0567,89", "fr", "1234567.89"),
        ("1\u202f234,5", "fr", "1234.5"),
        ("1\u2009234,5", "fr", "1234.5"),
        ("1,234", "fr", "1.234"),
        ("1,234", "en", "1234"),
        ("1,234", "en-GB", "1234"),
        ("1,234", "fr-CA", "1.234"),
        ("1,234", "pt-BR", "1.234"),
        ("1.234", "en", "1.234"),
        ("12,345,678.9", "en", "12345678.9"),
        ("1.5", "fr", "1.5"),
        ("1,5", "en", "1.5"),
        ("1.234.567", "fr", "1234567"),
        ("1.234.567", "en", "1234567"),
        ("1,234,567", "fr", "1234567"),
        ("1.234,5", "fr", "1234.5"),
        ("1.234,5", "en", "1234.5"),
        ("1,234.5", "fr", "1234.5"),
        ("1 234.5", "fr", "1234.5"),
        ("1 234,5", "en", "1234.5"),
        ("0.125", "fr", "0.125"),
        ("0,125", "en", "0.125"),
        ("0,125", "sw", "0.125"),
        ("1234.567", "fr", "1234.567"),
        ("1234,567", "en", "1234.567"),
        (",5", "fr", "0.5"),
        (".5", "fr", "0.5"),
        ("-3", "fr", "-3"),
        ("\u22123,5", "fr", "-3.5"),
        ("- 3", "fr", "-3"),
        ("+3", "fr", "3"),
        ("  12 \n", "fr", "12"),
        ("1e3", "fr", "1000"),
        ("1,5E-2", "fr", "0.015"),
        ("2e\u22121", "fr", "0.2"),
        ("1.2e6", "fr", "1200000"),
        ("٣", "fr", "3"),
        ("١٬٢٣٤٫٥", "ar", "1234.5"),
        ("١٬٢٣٤٫٥", "fr", "1234.5"),
        ("\u061c-١٢", "ar", "-12"),
        ("１２", "fr", "12"),
        ("1,5", "ar", "1.5"),
        ("1 234,5", "sw", "1234.5"),
    ],
)  # fmt: skip
def test_a_number_is_read_by_its_language(text, language, number):
    assert read_number(text, language) == Fraction(number)


@pytest.mark.parametrize(
    ("text", "language", "nearer", "farther"),
    [
        ("1.234", "fr", "1.234", "1234"),
        ("123.456", "pt-BR", "123.456", "123456"),
        ("-1.234", "fr", "-1.234", "-1234"),
        ("1.234e3", "fr", "1234", "1234000"),
        ("١.٢٣٤", "fr", "1.234", "1234"),
        ("1.234", "sw", "1.234", "1234"),
        ("1,234", "sw", "1.234", "1234"),
        ("1,234", "ar", "1.234", "1234"),
        ("1,000", UNDETERMINED, "1", "1000"),
    ],
)
def test_a_number_that_two_customs_read_differently_is_ambiguous(text, language, nearer, farther):
    assert read_number(text, language) == Ambiguous(Fraction(nearer), Fraction(farther))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ".", ",", "e3", "about ten", "1,2,3", "1.2.3", "12 34", "1  234", "12 3456", "1 234.567 8",
        "1.234.56", "01.234.567", "5.", "5,", "--3", "3-", "3 km", "3%", "1/2", "0x10", "1_000", "10²", "½", "Ⅷ",
        "NaN", "inf", "Infinity", "1e999", "1e-31", "1e31", "1e", "1e1.5", "e", "1 e3", "\u202e123", "1\x002", "１，５",
        "1" * (MOST_DIGITS + 1), "0" * (LONGEST_NUMBER + 1), "9" * 1_000_000, "," * 1_000_000, "0" * 1_000_000,
    ],
)  # fmt: skip
def test_whatever_is_no_number_is_unreadable_in_every_language(text, language):
    assert read_number(text, language) == Unreadable()


def test_a_number_of_the_greatest_length_and_exponent_is_read():
    assert read_number("9" * MOST_DIGITS, "fr") == 10**MOST_DIGITS - 1
    assert read_number(f"1e{LARGEST_EXPONENT}", "fr") == 10**LARGEST_EXPONENT
    assert read_number(f"1e-{LARGEST_EXPONENT}", "fr") == Fraction(1, 10**LARGEST_EXPONENT)


def test_the_table_of_the_documentation_is_what_is_read():
    shown = {"ambiguous": Ambiguous, "unreadable": Unreadable}
    heading = "| Written | in French | in English | in another language |\n|---|---|---|---|\n"
    _, table = DOCUMENT.read_text("utf-8").split(heading)
    rows = [row.strip("|\n").split("|") for row in table.split("\n\n")[0].splitlines()]

    assert len(rows) >= 8
    for written, *cells in rows:
        for text in re.findall("`(.*?)`", written):
            for language, cell in zip(("fr", "en", "sw"), cells, strict=True):
                read = read_number(text, language)
                expected = cell.strip()
                if expected in shown:
                    assert isinstance(read, shown[expected]), (text, language)
                else:
                    assert read == Fraction(expected), (text, language)


@given(st.text() | number_like, languages)
def test_any_text_is_a_number_or_ambiguous_or_unreadable_and_always_the_same(text, language):
    read = read_number(text, language)

    assert isinstance(read, Fraction | Ambiguous | Unreadable)
    assert read_number(text, language) == read
    assert read_number(f" {text}\u00a0", language) == read


@given(number_like, languages)
def test_a_language_settles_what_others_leave_open_and_never_says_another_number(text, language):
    neutral = read_number(text, UNDETERMINED)

    read = read_number(text, language)

    if isinstance(neutral, Ambiguous):
        assert read in (neutral, neutral.nearer, neutral.farther)
    else:
        assert read == neutral


@given(st.sampled_from("0123456789"), number_like, languages)
def test_a_minus_turns_every_reading_around(digit, rest, language):
    plain = read_number(digit + rest, language)

    turned = read_number(f"-{digit}{rest}", language)

    if isinstance(plain, Ambiguous):
        assert turned == Ambiguous(-plain.nearer, -plain.farther)
    elif isinstance(plain, Fraction):
        assert turned == -plain
    else:
        assert turned == plain


@given(decimals, languages)
def test_what_is_written_is_read_as_the_same_number(value, language):
    assert read_number(write_number(value, language), language) == value


@given(decimals, languages)
def test_what_is_written_for_no_language_is_read_in_each(value, language):
    assert read_number(write_number(value, UNDETERMINED), language) == value


@given(number_like, languages)
def test_both_readings_of_an_ambiguous_number_can_be_written_clearly(text, language):
    read = read_number(text, language)

    if isinstance(read, Ambiguous):
        for value in (read.nearer, read.farther):
            assert read_number(write_number(value, language), language) == value


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("1250", "fr", "1250"),
        ("12500", "fr", "12\u202f500"),
        ("-1234567.5", "fr", "\u22121\u202f234\u202f567,5"),
        ("1234567.5", "en-GB", "1,234,567.5"),
        ("1.234", "fr", "1,234"),
        ("1.234", "en", "1.234"),
        ("1.234", "sw", "1.2340"),
        ("1234567.5", "ar", "1234567.5"),
        ("0.05", "fr", "0,05"),
        ("0", "fr", "0"),
    ],
)
def test_a_number_is_written_by_its_language(value, language, text):
    assert write_number(Fraction(value), language) == text


def test_a_number_whose_decimals_never_end_is_not_written():
    with pytest.raises(ValueError, match="do not end"):
        write_number(Fraction(1, 3), "fr")


def test_two_readings_that_are_one_are_not_ambiguous():
    with pytest.raises(ValueError, match="differ"):
        Ambiguous(Fraction(1), Fraction(1))
