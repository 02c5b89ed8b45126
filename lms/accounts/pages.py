"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import commands, queries
from lms.accounts.domain import DEMO_PASSWORD, DEMO_PEOPLE
from lms.accounts.errors import WrongSignIn
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.web import SignedIn, current_actor, forget_person, remember_person, safe_next

pages = Blueprint("accounts", __name__, template_folder="templates")


def load_by_session(key: str) -> SignedIn | None:
    """Return whom a session cookie stands for, with one query."""
    with reading() as session:
        known = queries.find_actor(session, key)
    return SignedIn(known.actor, known.session_key) if known else None


@pages.get("/login")
def sign_in() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    next_url = safe_next(request.args.get("next"), url_for("learning.show_dashboard"))
    if current_actor().person_id is not None:
        return redirect(next_url)
    return _form(next_url)


@pages.post("/login")
def check_sign_in() -> ResponseReturnValue:
    """Check user name and password; a wrong try comes back to the form with the user name kept."""
    next_url = safe_next(request.form.get("next"), url_for("learning.show_dashboard"))
    login = request.form.get("login", "")
    with unit_of_work() as session:
        result = commands.sign_in(
            session,
            login,
            request.form.get("password", ""),
            request.remote_addr or "",
            pepper=current_app.extensions["config"].secret_key,
            now=clock.now(),
        )
        known = queries.find_actor(session, result.session_key) if result.person_id else None
    if known:
        remember_person(SignedIn(known.actor, known.session_key))
        return redirect(next_url)
    if result.wait_seconds:
        minutes = -(-result.wait_seconds // 60)
        error = _(
            "Too many wrong tries. Please wait %(minutes)s min and try again.", minutes=minutes
        )
        headers = {"Retry-After": str(result.wait_seconds)}
        return _form(next_url, login=login, error=error), 429, headers
    return _form(next_url, login=login, error=_(WrongSignIn.text)), 401


@pages.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    forget_person()
    flash(_("You are signed out."), "success")
    return redirect(url_for("catalogue.show_home"))


def _form(next_url: str, *, login: str = "", error: str | None = None) -> str:
    demo = current_app.extensions["config"].demo
    return render_template(
        "accounts/sign_in.html",
        login=login,
        error=error,
        next_url=next_url,
        demo_accounts=[(person.email, _(person.role)) for person in DEMO_PEOPLE] if demo else [],
        demo_password=DEMO_PASSWORD if demo else None,
    )
