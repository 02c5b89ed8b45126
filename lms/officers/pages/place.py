"""What the pages have around them on which officers bring people in: the place, and the ways from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import AgeBand, NameOrder, Sex
from lms.core.i18n import INTERFACE_LANGUAGES, N_, pick_text
from lms.officers import queries
from lms.officers.pages.frame import render_desk
from lms.web import current_actor, current_language

# Where these pages lead to each other.
NEAR = (
    ("officers_people.show_new_person", N_("One by one")),
    ("uploads.list_uploads", N_("A whole list")),
    ("officers_people.list_claims", N_("Claims and invitations")),
    ("slips.list_candidates", N_("Sign-in slips")),
)

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


@dataclass(frozen=True, slots=True)
class Managed:
    """An institution whose people the actor manages, and what its pages have around them."""

    here: accounts.ManagedInstitution
    frame: queries.Place


def read_place(session: Session, institution_id: int) -> Managed:
    """Return the institution if the actor manages its people; raises `NotFound` or `SignInRequired`."""
    actor = current_actor()
    return Managed(
        accounts.get_managed(session, actor, institution_id),
        queries.get_place(session, actor, institution_id),
    )


def render_place(template: str, place: Managed, **context: Any) -> str:
    """Return a page of the institution's desk."""
    near = [(endpoint, _(words)) for endpoint, words in NEAR]
    return render_desk(template, place.frame, near=near, **context)


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
