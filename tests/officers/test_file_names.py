"""Names of files that Windows, macOS and Linux take."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain.file_names import (
    LONGEST_FOLDER,
    LONGEST_NAME,
    clean_name,
    name_file,
    name_folders,
    order_name,
)

NUMBER = "SC-2026-00000042"
FORBIDDEN = set('<>:"/\\|?*')
DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"
}
# What people and spreadsheets put into names, and what is made to break things.
ODD = st.one_of(
    st.text(),
    st.text(st.characters(categories=["L", "M", "Zs", "P", "Cc", "Cf", "So"]), max_size=300),
    st.sampled_from(
        [
            "CON",
            "nul.txt",
            "com1",
            "LPT9 ",
            "..",
            ". .",
            "a.",
            "aux .x",
            "../../etc/passwd",
            "\\\\s",
        ]
    ),
)


def faults_on_windows(name: str) -> list[str]:
    """Return what Windows refuses or changes in the name of a file or folder."""
    faults = [f"{letter!r} is reserved" for letter in name if letter in FORBIDDEN]
    faults += [f"{letter!r} is a control" for letter in name if ord(letter) < 32]
    if name.endswith((".", " ")):
        faults.append("it ends with a dot or a space")
    if name.split(".")[0].rstrip(" ").upper() in DEVICES:
        faults.append("it is a device")
    return faults


def faults(name: str, longest: int) -> list[str]:
    found = faults_on_windows(name)
    if not name or name.startswith((".", " ")):
        found.append("it is empty, hidden or begins with a space")
    if unicodedata.normalize("NFC", name) != name:
        found.append("it is not composed")
    if len(name) > longest or len(name.encode()) > 255:
        found.append("it is too long")
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        found.append("it holds what cannot be seen")
    return found


@given(ODD)
def test_whatever_somebody_is_called_the_file_can_be_written_everywhere(holder):
    name = name_file(holder, "voter-registration", NUMBER, "fr")

    assert faults(name, LONGEST_NAME) == []
    assert name.endswith(f" - voter-registration - {NUMBER} - fr.pdf")


@given(ODD, st.integers(1, LONGEST_NAME))
def test_a_cleaned_name_can_be_written_everywhere_and_stays_as_it_is(text, longest):
    name = clean_name(text, longest)

    assert faults(name, max(longest, 1)) == [] or name == "_"
    assert clean_name(name, longest) == name


@given(st.dictionaries(st.integers(1, 99), ODD, max_size=6))
def test_folders_differ_for_systems_that_do_not_see_capitals(names):
    folders = name_folders(names)

    assert set(folders) == set(names)
    if len(names) > 1:
        assert len({folder.casefold() for folder in folders.values()}) == len(names)
        for folder in folders.values():
            assert faults(folder, LONGEST_FOLDER + len(" (99)")) == []


def test_one_institution_needs_no_folder():
    assert name_folders({7: "Commission"}) == {7: ""}
    assert name_folders({}) == {}


def test_institutions_named_alike_are_told_apart():
    assert name_folders({7: "Ségou", 8: "SÉGOU", 9: "Kayes"}) == {
        7: "Ségou (7)",
        8: "SÉGOU (8)",
        9: "Kayes",
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ségou", "Ségou"),
        ("Se\u0301gou", "Ségou"),
        ("Traoré / Koné: \u00abAwa\u00bb", "Traoré - Koné- «Awa»"),
        ("a\u202fb\u00a0c\td", "a b c d"),
        ("\u202eabc\u200b", "abc"),
        ("nul", "_nul"),
        ("Com1.x", "_Com1.x"),
        ("lpt¹", "_lpt¹"),
        ("...", "_"),
        ("", "_"),
        ("محمد", "محمد"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be(text, name):
    assert clean_name(text, 60) == name


def test_a_long_name_is_cut_by_letters_and_by_bytes():
    assert clean_name("é" * 90, 50) == "é" * 50
    assert clean_name("漢" * 90, 60) == "漢" * 40
    assert clean_name("a" * 9 + ". b", 10) == "a" * 9


@pytest.mark.parametrize(
    ("printed", "ordered"),
    [
        ("Awa Traoré", "Traoré Awa"),
        ("TRAORÉ Awa", "Traoré Awa"),
        ("Awa Koné", "Awa Koné"),
        ("Awa Traoré épouse Koné", "Awa Traoré épouse Koné"),
    ],
)
def test_the_familys_name_comes_first_where_the_printed_name_is_still_the_persons(printed, ordered):
    assert order_name(printed, "Awa", "Traoré") == ordered


def test_a_single_name_has_no_space_before_it():
    assert order_name("Awa", "Awa", "") == "Awa"
