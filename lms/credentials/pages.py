"""The holder's certificates, and the pages where anybody checks one."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import queries
from lms.credentials.domain import group_code, read_code
from lms.web import current_actor, current_language, send_download

pages = Blueprint("credentials", __name__, template_folder="templates")

# How long a page waits before it looks again for a document that is being made.
SECONDS_BETWEEN_LOOKS = 3


@pages.get("/my/certificates")
def list_mine() -> ResponseReturnValue:
    """List the reader's certificates, and what is still being made."""
    with reading() as session:
        found = queries.list_credentials(session, current_actor())
        failed = queries.list_failed(session, current_actor(), found)
    language = current_language()
    cards = [
        {
            "number": view.number,
            "module_title": pick_text(view.module_title, language),
            "issued_at": view.issued_at,
            "state": view.state,
            "specimen": view.is_specimen,
            "has_failed": view.number in failed,
            "documents": [(code, view.find_document(code) is not None) for code in view.languages],
            "verify_url": url_for(".verify", code=view.printed_code),
        }
        for view in found
    ]
    page = Response(render_template("credentials/mine.html", credentials=cards))
    if any(view.is_incomplete and view.number not in failed for view in found):
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


@pages.get("/my/certificates/<number>.pdf")
def download(number: str) -> ResponseReturnValue:
    """Send the document in the language asked for; while it is being made, go back to the list."""
    with reading() as session:
        view = queries.get_credential(session, current_actor(), number)
    language = view.choose_language(request.args.get("language"), current_language())
    document = view.find_document(language)
    if document is None:
        return redirect(url_for(".list_mine"))
    content = storage().read(document.storage_key)
    return send_download(content, document.filename, "application/pdf")


@pages.get("/verify")
def look_up() -> ResponseReturnValue:
    """Ask for a code, or go to the page of the one that was typed."""
    typed = request.args.get("code")
    if typed is None:
        return render_template("credentials/look_up.html", code="", error=None)
    code = read_code(typed)
    if code is None:
        error = _("A code has sixteen letters and digits, such as ABCD-EFGH-JKMN-PQRS.")
        return render_template("credentials/look_up.html", code=typed, error=error), 422
    return redirect(url_for(".verify", code=group_code(code)))


@pages.get("/verify/<code>")
def verify(code: str) -> ResponseReturnValue:
    """Say what the certificate with that code is worth; anybody may ask."""
    known = read_code(code)
    with reading() as session:
        view = queries.find_by_code(session, known) if known else None
    if view is None:
        return render_template("credentials/unknown.html", code=code), 404
    language = current_language()
    result = {
        "state": view.state,
        "number": view.number,
        "code": view.printed_code,
        "holder": view.holder,
        "module_title": pick_text(view.module_title, language),
        "programme_title": pick_text(view.programme_title, language),
        "minutes": view.minutes,
        "completed_on": view.completed_on,
        "issued_at": view.issued_at,
        "institution": pick_text(view.institution_name or {}, language),
        "issuer": view.issuer,
        "specimen": view.is_specimen,
        "documents": [(document.language, document.sha256) for document in view.documents],
    }
    return render_template("credentials/verify.html", result=result)
