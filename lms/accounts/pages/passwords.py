"""Changing one's password: `/password/change`, where whoever came with a slip of paper begins."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import commands, queries
from lms.accounts.domain import SHORTEST_PASSWORD
from lms.accounts.errors import UnfitPassword
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.web import SignedIn, current_actor, must_change_password, remember_person
from lms.web.formats import as_sentence

pages = Blueprint("passwords", __name__, template_folder="../templates")

# What whoever must change the password can do before: change it, leave, and read how to ask for help.
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        "accounts.sign_in",
        "accounts.sign_out",
        "web.show_contact",
        "web.show_privacy",
        "web.show_health",
        "web.show_readiness",
    }
)


def lead_to_password_change() -> ResponseReturnValue | None:
    """Lead every page to the change of the password until it is changed; `lms.app` asks before each request."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in OPEN_ENDPOINTS or request.blueprint == pages.name:
        return None
    if request.path.startswith("/api/") or not must_change_password():
        return None
    return redirect(url_for("passwords.show_change"))


@pages.get("/password/change")
def show_change() -> ResponseReturnValue:
    """Show the form."""
    current_actor().require_person()
    return _form({})


@pages.post("/password/change")
def change_password() -> ResponseReturnValue:
    """Change the password; this session goes on, and every other one ends."""
    current_actor().require_person()
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        return _form({"again": _("This is not the same password: type it once more.")}), 422
    try:
        with unit_of_work() as session:
            done = commands.change_password(
                session,
                current_actor(),
                old,
                new,
                request.remote_addr or "",
                pepper=current_app.extensions["config"].secret_key,
                now=clock.now(),
            )
    except UnfitPassword as refusal:
        return _form({name: as_sentence(text) for name, text in refusal.fields.items()}), 422
    if done.wait_seconds:
        error = _(
            "Too many wrong tries. Please wait %(minutes)s min and try again.",
            minutes=-(-done.wait_seconds // 60),
        )
        return _form({"old": error}), 429, {"Retry-After": str(done.wait_seconds)}
    if not done.session_key:
        return _form({"old": _("This is not your present password.")}), 422
    with reading() as session:
        known = queries.find_actor(session, done.session_key)
    if known is not None:
        remember_person(SignedIn(known.actor, known.session_key))
    flash(
        _("Your password is changed. Wherever else you were signed in, you are signed out."),
        "success",
    )
    return redirect(url_for("learning.show_dashboard"))


def _form(errors: dict[str, str]) -> Response:
    with reading() as session:
        sign_in_name = queries.get_sign_in_name(session, current_actor().require_person())
    page = render_template(
        "accounts/password.html",
        errors=errors,
        sign_in_name=sign_in_name,
        is_first=must_change_password(),
        shortest=SHORTEST_PASSWORD,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
