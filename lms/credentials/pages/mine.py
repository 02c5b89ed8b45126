"""The holder's own certificates."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import queries
from lms.web import current_actor, current_language, send_download

pages = Blueprint("certificates", __name__)

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
            "state": view.state_on(clock.now().date()),
            "specimen": view.is_specimen,
            "has_failed": view.number in failed,
            "documents": [(code, view.find_document(code) is not None) for code in view.languages],
            "verify_url": url_for("credentials.verify", code=view.printed_code),
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
