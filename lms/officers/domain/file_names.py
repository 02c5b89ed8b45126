"""Names of files that every system takes, Windows and macOS too, and that a person finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from lms.accounts.domain import fold_name

# Letters of a whole name, so that it fits below a folder with a name of its own where a path has 260.
LONGEST_NAME = 120
LONGEST_FOLDER = 60
# What Windows takes for itself, and / that every system does.
RESERVED = frozenset('<>:"/\\|?*')
# Names of devices, whatever the ending.
DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)
# When nothing that can be written is left.
NAMELESS = "_"


def clean_name(text: str, longest: int) -> str:
    """Return `text` as the name of a file or folder without its ending: composed (NFC), at most `longest` letters.

    What a system would refuse becomes a hyphen or goes: separators, quotes, controls, marks of direction, what the
    tables of characters do not know; dots and spaces at either end; names of devices.
    """
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        category = unicodedata.category(letter)
        if letter in RESERVED:
            letters.append("-")
        elif category in {"Zs", "Zl", "Zp"} or letter in "\t\n\r":
            letters.append(" ")
        elif category[0] != "C":
            letters.append(letter)
    name = unicodedata.normalize("NFC", " ".join("".join(letters).split()).strip(". "))
    name = _cut(name, longest).rstrip(". ")
    if name.partition(".")[0].rstrip(" ").casefold() in DEVICES:
        name = _cut(f"_{name}", longest).rstrip(". ")
    return name or NAMELESS


def _cut(name: str, longest: int) -> str:
    """Return the beginning that has at most `longest` letters and twice as many bytes, as Linux and macOS count."""
    name = name[:longest]
    while len(name.encode()) > 2 * longest:
        name = name[:-1]
    return name


def order_name(printed: str, given_names: str, family_names: str) -> str:
    """Return the printed name with the family's first, so that a folder sorts by it.

    As it is printed where the person's names are no longer these.
    """
    if sorted(fold_name(printed).split()) != sorted(
        fold_name(f"{given_names} {family_names}").split()
    ):
        return printed
    return f"{family_names} {given_names}".strip()


def name_file(holder: str, module_slug: str, number: str, language: str) -> str:
    """Return the name of a certificate's file; the number makes it unlike every other, capitals apart."""
    end = f" - {module_slug} - {number} - {language}"
    return f"{clean_name(holder, LONGEST_NAME - len(end) - 4)}{end}.pdf"


def name_folders(names: Mapping[int, str]) -> dict[int, str]:
    """Return a folder's name for each institution, none if there is but one; those named alike get their id."""
    if len(names) < 2:
        return dict.fromkeys(names, "")
    cleaned = {id: clean_name(name, LONGEST_FOLDER) for id, name in names.items()}
    seen: dict[str, int] = {}
    for name in cleaned.values():
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
    return {
        id: f"{name} ({id})" if seen[name.casefold()] > 1 else name for id, name in cleaned.items()
    }
