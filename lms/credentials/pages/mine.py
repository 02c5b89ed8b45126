"""The holder's own certificates."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.queries import CredentialView
from lms.web import current_actor, current_language, send_download

pages = Blueprint("certificates", __name__)

# How long a page waits before it looks again for a document that is being made.
SECONDS_BETWEEN_LOOKS = 3


@pages.get("/my/certificates")
def list_mine() -> ResponseReturnValue:
    """List the reader's certificates with what became of each, and what is still being made or waits for the name."""
    actor, today = current_actor(), clock.now().date()
    with reading() as session:
        found = queries.list_credentials(session, actor)
        failed = queries.list_failed(session, actor, found)
        corrections = queries.list_own_corrections(session, actor)
        waiting = queries.list_waiting(session, actor)
    renewable = queries.choose_renewable(found, on=today)
    cards = [
        {
            **_describe(view, today),
            "has_failed": view.number in failed,
            "may_renew": view.number in renewable,
            "correction": corrections.get(view.number),
        }
        for view in found
    ]
    page = Response(
        render_template("credentials/mine.html", credentials=cards, waiting=len(waiting))
    )
    if any(view.is_incomplete and view.number not in failed for view in found):
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


def _describe(view: CredentialView, today: date) -> dict[str, object]:
    return {
        "number": view.number,
        "kind": view.kind,
        "module_title": pick_text(view.module_title, current_language()),
        "issued_at": view.issued_at,
        "expires_on": view.expires_on,
        "state": view.state_on(today),
        "holder": view.holder,
        "specimen": view.is_specimen,
        "superseded_by": view.superseded_by,
        "supersession_reason": view.supersession_reason,
        "superseded_at": view.superseded_at,
        "revocation": view.revocation,
        "documents": [(code, view.find_document(code) is not None) for code in view.languages],
        "verify_url": url_for("credentials.verify", code=view.printed_code),
    }


@pages.get("/my/certificates/<number>.pdf")
def download(number: str) -> ResponseReturnValue:
    """Send the document in the language asked for; while it is being made, go back to the list."""
    with reading() as session:
        view = queries.get_credential(session, current_actor(), number)
    view.require_file()
    language = view.choose_language(request.args.get("language"), current_language())
    document = view.find_document(language)
    if document is None:
        return redirect(url_for(".list_mine"))
    content = storage().read(document.storage_key)
    return send_download(content, document.filename, "application/pdf")


@pages.post("/my/certificates/<number>/renewal")
def renew(number: str) -> ResponseReturnValue:
    """Enrol the holder anew in the module, or go to the enrolment that was made so."""
    with unit_of_work() as session:
        enrolled = commands.renew_credential(session, current_actor(), number, now=clock.now())
    if enrolled.is_new:
        flash(_("You are enrolled again. Your certificate holds until its last day."), "success")
    return redirect(url_for("learning.show_enrolment", enrolment_id=enrolled.id))


@pages.post("/my/certificates/participation/<int:enrolment_id>")
def claim_participation(enrolment_id: int) -> ResponseReturnValue:
    """Issue the certificate of participation that the learner asks for, or go to the one there is."""
    with unit_of_work() as session:
        claimed = commands.claim_participation(
            session, current_actor(), enrolment_id, now=clock.now()
        )
    if claimed.is_new:
        flash(_("Your certificate of participation is issued."), "success")
    return redirect(url_for(".list_mine"))
