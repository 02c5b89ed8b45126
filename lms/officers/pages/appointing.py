"""Officers of an institution and of those below it: appointed from above, and taken back from above."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import accounts
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict
from lms.core.i18n import Message
from lms.officers import forms
from lms.officers.pages.place import pick, read_place, render_place
from lms.web import current_actor
from lms.web.formats import as_sentence

pages = Blueprint("appointing", __name__, template_folder="../templates")

LONGEST_SEARCH = 200


@pages.get("/institution/<int:institution_id>/officers")
def list_officers(institution_id: int) -> ResponseReturnValue:
    """Show the officers of the institution and of those below it, and who was one."""
    return _render(institution_id)


@pages.post("/institution/<int:institution_id>/officers/candidates")
def find_candidates(institution_id: int) -> ResponseReturnValue:
    """Show the same with the members of a name to choose from; no address holds a name."""
    return _render(institution_id)


@pages.post("/institution/<int:institution_id>/officers")
def appoint_officer(institution_id: int) -> ResponseReturnValue:
    """Appoint the chosen member."""
    try:
        with unit_of_work() as session:
            accounts.appoint_officer(
                session,
                current_actor(),
                institution_id,
                forms.read_id(request.form.get("person", "")),
                now=clock.now(),
            )
    except Conflict as refusal:
        return _render(institution_id, refusal.message), 409
    flash(_("The officer is appointed. It holds from the next page that they open."), "success")
    return redirect(url_for(".list_officers", institution_id=institution_id))


@pages.post("/institution/<int:institution_id>/officers/<int:grant_id>/end")
def take_back_appointment(institution_id: int, grant_id: int) -> ResponseReturnValue:
    """Take an appointment back."""
    try:
        with unit_of_work() as session:
            accounts.take_back_appointment(
                session, current_actor(), institution_id, grant_id, now=clock.now()
            )
    except Conflict as refusal:
        return _render(institution_id, refusal.message), 409
    flash(_("The appointment is taken back."), "success")
    return redirect(url_for(".list_officers", institution_id=institution_id))


def _render(institution_id: int, refused: Message | None = None) -> str:
    search = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    actor, now = current_actor(), clock.now()
    with reading() as session:
        place = read_place(session, institution_id)
        grants = accounts.list_officers(session, actor, place.here)
        may_appoint = accounts.may_appoint_at(actor, place.here)
        found = accounts.find_appointees(session, place.here, search) if may_appoint else []
        below = accounts.list_places(session, place.here.path, today=now.date())
    shown = [(one, pick(one.institution)) for one in grants]
    return render_place(
        "officers/appointing.html",
        place,
        in_force=[pair for pair in shown if pair[0].revoked_at is None],
        past=[pair for pair in shown if pair[0].revoked_at is not None],
        may_appoint=may_appoint,
        search=search,
        found=[(one, pick(one.institution)) for one in found[: accounts.MOST_APPOINTEES]],
        has_more=len(found) > accounts.MOST_APPOINTEES,
        below=sorted(
            ((one.id, pick(one.names)) for one in below if one.id != place.here.id),
            key=lambda pair: pair[1].casefold(),
        ),
        refused=as_sentence(refused) if refused else None,
    )
