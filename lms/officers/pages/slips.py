"""Sign-in slips: a page to print, with a temporary password for each person, shown this once."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms import accounts
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message
from lms.officers import forms
from lms.officers.pages.place import pick, read_place, render_place
from lms.web import absolute_url, current_actor, current_language
from lms.web.formats import as_sentence

pages = Blueprint("slips", __name__, template_folder="../templates")

SLIPS_A_SHEET = 8


@pages.get("/institution/<int:institution_id>/slips")
def list_candidates(institution_id: int) -> ResponseReturnValue:
    """Show who has never chosen a password."""
    return _render_candidates(institution_id)


@pages.post("/institution/<int:institution_id>/slips")
def print_slips(institution_id: int) -> ResponseReturnValue:
    """Make a temporary password for each chosen person, and show the slips; the passwords are not kept as texts."""
    ids = forms.read_ids(request.form, "person")
    if not ids:
        return _render_candidates(institution_id, Message(N_("Choose at least one person."))), 422
    try:
        with reading() as session:
            accounts.get_managed(session, current_actor(), institution_id)
        # Hashing takes a while, and nobody else writes meanwhile on SQLite: it is done before.
        drawn = accounts.draw_passwords(len(ids))
        with unit_of_work() as session:
            slips = accounts.make_slips(session, current_actor(), institution_id, ids, drawn)
    except Invalid as refusal:
        return _render_candidates(institution_id, refusal.message), 422
    except Conflict as refusal:
        return _render_candidates(institution_id, refusal.message), 409
    shown = [_show_slip(slip) for slip in slips]
    sheets = [shown[at : at + SLIPS_A_SHEET] for at in range(0, len(shown), SLIPS_A_SHEET)]
    response = make_response(
        render_template(
            "officers/slips_print.html",
            sheets=sheets,
            count=len(shown),
            back=url_for(".list_candidates", institution_id=institution_id),
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _show_slip(slip: accounts.Slip) -> dict[str, object]:
    """Return a slip in the person's own language, with the address of the service as it is typed."""
    language = slip.language if slip.language in INTERFACE_LANGUAGES else current_language()
    address = absolute_url("accounts.sign_in")
    with force_locale(language):
        return {
            "language": language,
            "name": slip.name,
            "address": address.partition("://")[2] or address,
            "login": slip.sign_in_name,
            "password": slip.password,
            "address_label": _("Address"),
            "login_label": _("User name"),
            "password_label": _("Password, for the first time"),
            "steps": [
                _("Open the address in a browser, and sign in."),
                _("Choose a password of your own: at least 10 characters."),
                _("Choose a module, and begin. This slip is then worth nothing: throw it away."),
            ],
        }


def _render_candidates(institution_id: int, refused: Message | None = None) -> str:
    with reading() as session:
        place = read_place(session, institution_id)
        candidates = accounts.list_slip_candidates(session, place.here.path)
    return render_place(
        "officers/slips.html",
        place,
        candidates=[(one, pick(one.institution)) for one in candidates],
        most=accounts.MOST_SLIPS,
        refused=as_sentence(refused) if refused else None,
        chosen=set(forms.read_ids(request.form, "person")),
    )
