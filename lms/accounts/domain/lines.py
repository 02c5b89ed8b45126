"""A person as a line of a list has it: columns under their English and French headings, and what is in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from lms.accounts.domain.logins import PLAIN_LETTERS
from lms.accounts.domain.memberships import Days
from lms.accounts.domain.people import (
    NameOrder,
    PersonDetails,
    PersonName,
    fold_login,
    fold_name,
)
from lms.accounts.domain.personal import AgeBand, Sex
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message

Choice = TypeVar("Choice")


class Column(StrEnum):
    """What a list of people may have, under its English heading."""

    GIVEN_NAMES = "given_names"
    FAMILY_NAMES = "family_names"
    NAME_ORDER = "name_order"
    EMAIL = "email"
    LOGIN = "login"
    LANGUAGE = "language"
    INSTITUTION = "institution"
    MEMBER_TYPE = "member_type"
    SEX = "sex"
    AGE_BAND = "age_band"
    STARTED_ON = "started_on"


FRENCH_HEADINGS: Mapping[str, Column] = {
    "prénoms": Column.GIVEN_NAMES,
    "nom": Column.FAMILY_NAMES,
    "ordre": Column.NAME_ORDER,
    "courriel": Column.EMAIL,
    "identifiant": Column.LOGIN,
    "langue": Column.LANGUAGE,
    "institution": Column.INSTITUTION,
    "type_de_membre": Column.MEMBER_TYPE,
    "sexe": Column.SEX,
    "tranche_d_âge": Column.AGE_BAND,
    "depuis": Column.STARTED_ON,
}
# As people write them, too.
OTHER_HEADINGS: Mapping[str, Column] = {
    "given_name": Column.GIVEN_NAMES,
    "first_name": Column.GIVEN_NAMES,
    "prénom": Column.GIVEN_NAMES,
    "family_name": Column.FAMILY_NAMES,
    "last_name": Column.FAMILY_NAMES,
    "noms": Column.FAMILY_NAMES,
    "e_mail": Column.EMAIL,
    "user_name": Column.LOGIN,
}

LANGUAGES: Mapping[str, str] = {
    "english": "en",
    "anglais": "en",
    "french": "fr",
    "francais": "fr",
    **{code: code for code in INTERFACE_LANGUAGES},
}
ORDERS: Mapping[str, NameOrder] = {
    "given first": NameOrder.GIVEN_FIRST,
    "given": NameOrder.GIVEN_FIRST,
    "prenoms": NameOrder.GIVEN_FIRST,
    "prenom": NameOrder.GIVEN_FIRST,
    "family first": NameOrder.FAMILY_FIRST,
    "family": NameOrder.FAMILY_FIRST,
    "nom": NameOrder.FAMILY_FIRST,
}
SEXES: Mapping[str, Sex] = {
    "f": Sex.FEMALE,
    "female": Sex.FEMALE,
    "woman": Sex.FEMALE,
    "femme": Sex.FEMALE,
    "feminin": Sex.FEMALE,
    "m": Sex.MALE,
    "h": Sex.MALE,
    "male": Sex.MALE,
    "man": Sex.MALE,
    "homme": Sex.MALE,
    "masculin": Sex.MALE,
    "other": Sex.OTHER,
    "autre": Sex.OTHER,
}
AGE_BANDS: Mapping[str, AgeBand] = {
    **{fold_name(band): band for band in AgeBand},
    "moins de 25": AgeBand.UNDER_25,
    "moins de 25 ans": AgeBand.UNDER_25,
    "65 et plus": AgeBand.FROM_65,
    "65 ans et plus": AgeBand.FROM_65,
    "65": AgeBand.FROM_65,
    "25 a 34": AgeBand.FROM_25,
    "35 a 44": AgeBand.FROM_35,
    "45 a 54": AgeBand.FROM_45,
    "55 a 64": AgeBand.FROM_55,
}

NO_ORDER = N_("“%(written)s” is no order of names: write given-first or family-first.")
NO_LANGUAGE = N_("“%(written)s” is no language of this service: write fr or en.")
NO_SEX = N_("“%(written)s” is not known here: write F, M or other, or leave it empty.")
NO_AGE_BAND = N_(
    "“%(written)s” is no age band: write under-25, 25-34, 35-44, 45-54, 55-64 or 65-over, or leave it empty."
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What a line says of a person; `institution` and `member_type` as written, to be looked up. `faults` by column."""

    line: int
    name: PersonName
    email: str | None = None
    login: str | None = None
    language: str | None = None
    institution: str = ""
    member_type: str = ""
    sex: Sex | None = None
    age_band: AgeBand | None = None
    started_on: date | None = None
    faults: Mapping[str, Message] = field(default_factory=dict)

    @property
    def name_key(self) -> str:
        """The name as two lines are compared: without accents, whatever the order of its words."""
        return name_key(self.name.folded)


def name_key(folded_name: str) -> str:
    """Return a folded name in plain letters (“Ɓa” is “Ba”) with its words sorted: people swap the two columns."""
    return " ".join(sorted(folded_name.translate(PLAIN_LETTERS).split()))


def match_headings(headings: Sequence[str]) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Return which heading is which column, accents ignored, and the headings that are none."""
    known = {
        fold_name(heading): column
        for names in (OTHER_HEADINGS, FRENCH_HEADINGS, {one.value: one for one in Column})
        for heading, column in names.items()
    }
    found = {heading: known.get(fold_name(heading)) for heading in headings if heading}
    return (
        {heading: column for heading, column in found.items() if column is not None},
        tuple(heading for heading, column in found.items() if column is None),
    )


def read_person_line(line: int, values: Mapping[Column, str], *, today: date) -> PersonLine:
    """Return what a line says; what cannot be read is named in `faults`, and left out."""
    faults: dict[str, Message] = {}

    def choose(column: Column, among: Mapping[str, Choice], says: str) -> Choice | None:
        written = values.get(column, "")
        if not written:
            return None
        chosen = among.get(fold_name(written))
        if chosen is None:
            faults[column] = Message(says, {"written": written})
        return chosen

    order = choose(Column.NAME_ORDER, ORDERS, NO_ORDER)
    name = PersonName(
        _tidy(values.get(Column.GIVEN_NAMES, "")),
        _tidy(values.get(Column.FAMILY_NAMES, "")),
        order or NameOrder.GIVEN_FIRST,
    )
    email = fold_login(values.get(Column.EMAIL, "")) or None
    login = fold_login(values.get(Column.LOGIN, "")) or None
    # Who has neither is given a user name.
    found = PersonDetails(login or ("x" if email is None else None), email, name, None).faults
    columns = {"name": Column.GIVEN_NAMES, "login": Column.LOGIN, "email": Column.EMAIL}
    faults |= {columns[field]: fault for field, fault in found.items()}
    started_on = None
    if written := values.get(Column.STARTED_ON, ""):
        started_on = read_day(written)
        if started_on is None:
            faults[Column.STARTED_ON] = Message(
                N_("“%(written)s” is no day: write it as 2026-03-31 or 31/03/2026."),
                {"written": written},
            )
        else:
            faults |= Days(started_on).find_faults(today=today)
    return PersonLine(
        line,
        name,
        email,
        login,
        choose(Column.LANGUAGE, LANGUAGES, NO_LANGUAGE),
        values.get(Column.INSTITUTION, ""),
        values.get(Column.MEMBER_TYPE, ""),
        choose(Column.SEX, SEXES, NO_SEX),
        choose(Column.AGE_BAND, AGE_BANDS, NO_AGE_BAND),
        started_on,
        faults,
    )


def read_day(text: str) -> date | None:
    """Return the day that is written as 2026-03-31, 31/03/2026 or 31.03.2026; None for anything else."""
    parts = text.strip().replace("/", "-").replace(".", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if len(parts[0]) != 4:
        parts.reverse()
    if len(parts[0]) != 4:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
