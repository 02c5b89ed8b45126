"""What every page of a desk has around it: the place, and the ways from there."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from lms.core.i18n import N_, pick_text
from lms.officers.queries import Place
from lms.web import current_language

# Where a desk leads, in the order of its navigation: the address of a place, and its words.
WAYS = (
    ("officers.show_place", N_("Overview")),
    ("officers_members.list_people", N_("People")),
    ("officers_people.show_new_person", N_("Bring people in")),
    ("officers.show_seats", N_("Seats")),
    ("bundles.show_certificates", N_("Certificates")),
    ("figures.show_figures", N_("Figures")),
    ("appointing.list_officers", N_("Officers")),
)


def list_ways() -> list[tuple[str, str]]:
    """Return where a desk leads, in the reader's language."""
    return [(endpoint, _(words)) for endpoint, words in WAYS]


def render_desk(template: str, place: Place, **context: Any) -> str:
    """Return a page of the place's desk; its template extends `officers/desk.html`."""
    language = current_language()
    return render_template(
        template,
        place={
            "id": place.id,
            "name": pick_text(place.name, language),
            "above": [(one.id, pick_text(one.name, language)) for one in place.above],
            "closed_on": place.closed_on,
        },
        ways=list_ways(),
        **context,
    )
