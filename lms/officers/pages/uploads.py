"""Lists of people: uploaded, looked at line by line, applied once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import FRENCH_HEADINGS, Column, Outcome, PlannedLine
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, Message
from lms.officers import commands, forms, queries
from lms.officers.pages.people import show_candidate
from lms.officers.pages.place import pick, read_place, render_place
from lms.web import current_actor, current_language, send_download
from lms.web.formats import as_sentence

pages = Blueprint("uploads", __name__, template_folder="../templates")

# More lines than these of one kind help nobody who reads them.
MOST_SHOWN = 300

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# What each column is for, in the order of the template.
COLUMNS = (
    (Column.GIVEN_NAMES, N_("Given names, as the person writes them.")),
    (Column.FAMILY_NAMES, N_("Family names. One of the two columns may be empty.")),
    (Column.NAME_ORDER, N_("given-first (if empty) or family-first.")),
    (Column.EMAIL, N_("May be empty: then there is a user name.")),
    (Column.LOGIN, N_("User name; if this and the e-mail address are empty, one is made from the name.")),
    (Column.LANGUAGE, N_("fr or en.")),
    (Column.INSTITUTION, N_("Key or name of this institution or of one below it; this one, if empty.")),
    (Column.MEMBER_TYPE, N_("Key or name of the member type, for a seat of a branch.")),
    (Column.SEX, N_("F, M or other. For figures alone; empty is “not stated”.")),
    (Column.AGE_BAND, N_("under-25, 25-34, 35-44, 45-54, 55-64 or 65-over. For figures alone; empty is “not stated”.")),
    (Column.STARTED_ON, N_("First day there, 2026-03-31 or 31/03/2026; today, if empty.")),
)  # fmt: skip

# The kinds of lines, in the order in which a page shows them: title, picture and tone of each.
GROUPS = (
    (Outcome.REFUSED, N_("Refused"), "cross", "bad"),
    (Outcome.NEW, N_("New"), "person", "ok"),
    (Outcome.JOINS, N_("There already, with one more institution"), "next", ""),
    (Outcome.INVITED, N_("Invited"), "next", ""),
    (Outcome.CLAIM_CONFIRMED, N_("Claims confirmed"), "tick", ""),
    (Outcome.SEAT_CHANGED, N_("Other member type"), "again", ""),
    (Outcome.UNCHANGED, N_("There already"), "dash", ""),
)


@pages.get("/institution/<int:institution_id>/uploads")
def list_uploads(institution_id: int) -> ResponseReturnValue:
    """Show how a list looks, the form to upload one, and the reader's own lists that wait."""
    return _render_form(institution_id)


@pages.post("/institution/<int:institution_id>/uploads")
def upload_list(institution_id: int) -> ResponseReturnValue:
    """Keep a list that can be read, and show what it would do."""
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        with unit_of_work() as session:
            upload_id = commands.keep_upload(
                session,
                current_actor(),
                institution_id,
                file.filename or "" if file else "",
                content,
                now=clock.now(),
            )
    except Invalid as refusal:
        empty = Message(N_("Choose a file first."))
        return _render_form(institution_id, refusal.message if content else empty), 422
    return redirect(url_for(".show_upload", institution_id=institution_id, upload_id=upload_id))


def _render_form(institution_id: int, error: Message | None = None) -> str:
    with reading() as session:
        place = read_place(session, institution_id)
        waiting = queries.list_waiting_uploads(session, current_actor(), institution_id)
    french = {column: heading for heading, column in FRENCH_HEADINGS.items()}
    return render_place(
        "officers/uploads.html",
        place,
        waiting=waiting,
        error=as_sentence(error) if error else None,
        columns=[(column.value, french[column], _(words)) for column, words in COLUMNS],
    )


@pages.get("/institution/<int:institution_id>/uploads/template.<kind>")
def download_template(institution_id: int, kind: str) -> Response:
    """Return an empty list with its headings in the reader's language."""
    with reading() as session:
        accounts.get_managed(session, current_actor(), institution_id)
    if kind not in MEDIA_TYPES:
        raise NotFound
    language = current_language()
    name = "personnes" if language == "fr" else "people"
    content = accounts.write_template(language, kind)
    return send_download(content, f"{name}.{kind}", MEDIA_TYPES[kind])


@pages.get("/institution/<int:institution_id>/uploads/<int:upload_id>")
def show_upload(institution_id: int, upload_id: int) -> ResponseReturnValue:
    """Show line by line what a list would do."""
    return _render_preview(institution_id, upload_id, {})


@pages.post("/institution/<int:institution_id>/uploads/<int:upload_id>")
def apply_upload(institution_id: int, upload_id: int) -> ResponseReturnValue:
    """Do what the list says, and show what was done; where a choice is missing, show the list again."""
    choices = forms.read_choices(request.form)
    try:
        with unit_of_work() as session:
            done = commands.apply_upload(
                session, current_actor(), institution_id, upload_id, choices, now=clock.now()
            )
    except accounts.PeopleChanged as refusal:
        return _render_preview(institution_id, upload_id, choices, refusal.message), 409
    with reading() as session:
        place = read_place(session, institution_id)
        names = _name_places(session, done.planned)
    return render_place(
        "officers/applied.html",
        place,
        groups=_group(done.planned, names),
        total=len(done.planned),
        new=done.count(Outcome.NEW),
        refused=done.count(Outcome.REFUSED),
        unchanged=done.count(Outcome.UNCHANGED),
        most_shown=MOST_SHOWN,
    )


@pages.post("/institution/<int:institution_id>/uploads/<int:upload_id>/removal")
def remove_upload(institution_id: int, upload_id: int) -> ResponseReturnValue:
    """Throw a list away."""
    with unit_of_work() as session:
        commands.remove_upload(session, current_actor(), institution_id, upload_id)
    flash(_("The list is deleted. Nobody was brought in."), "success")
    return redirect(url_for(".list_uploads", institution_id=institution_id))


def _render_preview(
    institution_id: int,
    upload_id: int,
    choices: Mapping[int, str],
    refused: Message | None = None,
) -> str:
    now = clock.now()
    with reading() as session:
        place = read_place(session, institution_id)
        preview = queries.get_preview(
            session, current_actor(), institution_id, upload_id, choices, now=now
        )
        names = _name_places(session, preview.planned)
    asked = [one for one in preview.planned if one.candidates]
    return render_place(
        "officers/preview.html",
        place,
        upload_id=upload_id,
        filename=preview.filename,
        unknown_headings=preview.unknown_headings,
        refused=as_sentence(refused) if refused else None,
        total=len(preview.planned),
        asked=[
            {
                "line": one.line.line,
                "name": one.line.name.written,
                "sign": one.line.email or one.line.login or "",
                "place": names.get(one.institution_id or 0, ""),
                "candidates": [show_candidate(candidate, names) for candidate in one.candidates],
                "choice": one.choice,
                "is_missing": refused is not None and one.outcome is Outcome.UNDECIDED,
            }
            for one in asked
        ],
        undecided=sum(one.outcome is Outcome.UNDECIDED for one in preview.planned),
        groups=_group([one for one in preview.planned if not one.candidates], names),
        most_shown=MOST_SHOWN,
    )


def _name_places(session: Session, planned: Sequence[PlannedLine]) -> dict[int, str]:
    """Return the names of the institutions that the lines speak of, by id, with one query."""
    ids = {one.institution_id for one in planned if one.institution_id}
    ids |= {id for one in planned for known in one.candidates for id in known.institution_ids}
    names = accounts.get_institution_names(session, sorted(ids))
    return {id: pick(name) for id, name in names.items()}


def _group(planned: Sequence[PlannedLine], names: Mapping[int, str]) -> list[dict[str, object]]:
    """Return the kinds of lines that there are, each with its first lines."""
    groups = []
    for outcome, title, icon, tone in GROUPS:
        found = [one for one in planned if one.outcome is outcome]
        if found:
            groups.append(
                {
                    "outcome": outcome.value,
                    "title": _(title),
                    "icon": icon,
                    "tone": tone,
                    "count": len(found),
                    "lines": [
                        {
                            "line": one.line.line,
                            "name": one.line.name.written,
                            "sign": one.login or one.line.email or one.line.login or "",
                            "place": names.get(one.institution_id or 0, ""),
                            "reason": as_sentence(one.reason)
                            if one.reason and outcome is Outcome.REFUSED
                            else "",
                        }
                        for one in found[:MOST_SHOWN]
                    ],
                }
            )
    return groups
