"""What the pages have around them on which officers bring people in: the place, and the ways from there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import AgeBand, NameOrder, Sex
from lms.core.i18n import INTERFACE_LANGUAGES, N_, pick_text
from lms.officers.pages.frame import list_ways
from lms.web import current_language

SEXES = ((Sex.FEMALE, N_("Female")), (Sex.MALE, N_("Male")), (Sex.OTHER, N_("Other")))
AGE_BANDS = (
    (AgeBand.UNDER_25, N_("Under 25")),
    (AgeBand.FROM_25, N_("25 to 34")),
    (AgeBand.FROM_35, N_("35 to 44")),
    (AgeBand.FROM_45, N_("45 to 54")),
    (AgeBand.FROM_55, N_("55 to 64")),
    (AgeBand.FROM_65, N_("65 and over")),
)
ORDERS = (
    (NameOrder.GIVEN_FIRST, N_("Given names first: Awa Traoré")),
    (NameOrder.FAMILY_FIRST, N_("Family names first: Traoré Awa")),
)

Choices = list[tuple[str, str]]


def render_place(template: str, place: accounts.ManagedInstitution, **context: Any) -> str:
    """Return a page of the place; its template extends `officers/place.html`."""
    return render_template(
        template,
        place={"id": place.id, "name": pick(place.name), "closed_on": place.closed_on},
        ways=list_ways(),
        **context,
    )


def pick(texts: Mapping[str, str]) -> str:
    """Return a name in the reader's language."""
    return pick_text(texts, current_language())


def list_choices(
    session: Session, place: accounts.ManagedInstitution, *, today: date
) -> dict[str, Choices]:
    """Return what the selects of a person's form offer: value and words."""
    places = accounts.list_places(session, place.path, today=today)
    below = sorted((pick(one.names), one.key) for one in places
                   if one.id != place.id and not one.is_closed)  # fmt: skip
    return {
        "places": [(place.key, pick(place.name)), *((key, name) for name, key in below)],
        "member_types": list_member_types(session),
        "sexes": [(value.value, _(words)) for value, words in SEXES],
        "age_bands": [(value.value, _(words)) for value, words in AGE_BANDS],
        "orders": [(value.value, _(words)) for value, words in ORDERS],
        "person_languages": list(INTERFACE_LANGUAGES.items()),
    }


def list_member_types(session: Session) -> Choices:
    """Return key and name of each member type, in the reader's language."""
    return [(key, pick(name)) for key, name in accounts.list_member_types(session).items()]
