"""The pages where anybody checks a certificate."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.credentials import queries
from lms.credentials.domain import group_code, read_code
from lms.credentials.queries import CredentialView
from lms.web import current_language

pages = Blueprint("credentials", __name__, template_folder="../templates")


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
    return render_template(
        "credentials/verify.html", result=describe_result(view), printed=_list_printed(view)
    )


def describe_result(view: CredentialView) -> dict[str, object]:
    """Return what a check shows of a credential, in the reader's language and as of today."""
    language = current_language()
    return {
        "state": view.state_on(clock.now().date()),
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
        "kind": view.kind,
        "expires_on": view.expires_on,
        "successor": (view.superseded_by, view.successor_code),
        "supersession_reason": view.supersession_reason,
        "superseded_at": view.superseded_at,
        "revocation": view.revocation,
        "documents": [(document.language, document.sha256) for document in view.documents],
    }


def _list_printed(view: CredentialView) -> dict[str, list[object] | None]:
    """Return what a code printed for this credential may say of each fact, in any of its languages.

    None for the name once it was erased: the page does not confirm it. The names are those of `code_payload.js`.
    """
    titles = [pick_text(view.module_title, language) for language in view.languages]
    institution = view.institution_name or {}
    return {
        "number": [view.number],
        "kind": [view.kind],
        "holder": [view.holder] if view.holder else None,
        "moduleTitle": list(titles),
        "minutes": [view.minutes],
        "completedOn": [view.completed_on.isoformat()],
        "expiresOn": [view.expires_on.isoformat() if view.expires_on else None],
        "institution": [pick_text(institution, language) or None for language in view.languages],
        "isSpecimen": [view.is_specimen],
    }
