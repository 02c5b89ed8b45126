"""Signing in and out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

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
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from lms.accounts import commands, queries
from lms.accounts.domain import DEMO_PASSWORD, DEMO_PEOPLE
from lms.accounts.errors import WrongSignIn
from lms.accounts.queries import KnownActor
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Refusal
from lms.web import (
    Carried,
    OwnerRequired,
    SignedIn,
    carrier,
    current_actor,
    forget_person,
    remember_person,
    safe_next,
)

pages = Blueprint("accounts", __name__, template_folder="../templates")


def load_by_session(key: str) -> SignedIn | None:
    """Return whom a session cookie stands for, with one query."""
    with reading() as session:
        known = queries.find_actor(session, key)
    return _signed_in(known) if known else None


def _signed_in(known: KnownActor) -> SignedIn:
    return SignedIn(known.actor, known.session_key, must_change_password=known.must_change_password)


@pages.get("/login")
def sign_in() -> ResponseReturnValue:
    """Show the form; who is signed in already goes on."""
    next_url = safe_next(request.args.get("next"), url_for("learning.show_dashboard"))
    if current_actor().person_id is not None:
        return redirect(next_url)
    return _form(next_url)


@pages.app_errorhandler(OwnerRequired)
def ask_for_owner(required: OwnerRequired) -> ResponseReturnValue:
    """Ask the person to sign in whose page was sent, with all that it said sealed in the form."""
    carried = required.carried
    with _in_language_of(carried):
        page = _form("", carried=carried, sealed=carrier().seal(carried) or "")
    return page, 409 if _is_anothers(carried) else 401


@pages.post("/login")
def check_sign_in() -> ResponseReturnValue:
    """Check user name and password; a wrong try comes back to the form with all but the password kept."""
    next_url = safe_next(request.form.get("next"), url_for("learning.show_dashboard"))
    login, sealed = request.form.get("login", ""), request.form.get("carried", "")
    now = clock.now()
    carried = carrier().open(sealed, now=now)
    with unit_of_work() as session:
        result = commands.sign_in(
            session,
            login,
            request.form.get("password", ""),
            request.remote_addr or "",
            pepper=current_app.extensions["config"].secret_key,
            now=now,
        )
        known = queries.find_actor(session, result.session_key) if result.person_id else None
    if known:
        return redirect(_begin_session(known, sealed, carried) or next_url)
    with _in_language_of(carried):
        headers = {}
        error = _(WrongSignIn.text)
        if result.wait_seconds:
            headers = {"Retry-After": str(result.wait_seconds)}
            minutes = -(-result.wait_seconds // 60)
            error = _(
                "Too many wrong tries. Please wait %(minutes)s min and try again.", minutes=minutes
            )
        page = _form(next_url, login=login, error=error, carried=carried, sealed=sealed)
    return page, 429 if result.wait_seconds else 401, headers


@pages.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    forget_person()
    flash(_("You are signed out."), "success")
    return redirect(url_for("catalogue.show_home"))


def _begin_session(known: KnownActor, sealed: str, carried: Carried | None) -> str | None:
    """Sign the person in and give what the form carried to its owner; return where that leads, if anywhere."""
    before = dict(cookie)
    remember_person(_signed_in(known))
    try:
        return _hand_over(known, sealed, carried)
    except Refusal:
        raise
    except Exception:
        # Whoever reloads the page of an accident sends the form again: its token must still be good.
        forget_person()
        cookie.update(before)
        raise


def _hand_over(known: KnownActor, sealed: str, carried: Carried | None) -> str | None:
    if carried is None:
        if sealed:
            flash(
                _("What you had written before could not be read any more and was not saved."),
                "warning",
            )
        return None
    handler = carrier().handler_of(carried)
    if known.actor.is_person(carried.person_id):
        return handler.apply(known.actor, carried)
    handler.hold(carried)
    flash(
        _(
            "What was written on this page belongs to another person. "
            "It was set aside for them and not shown to you."
        ),
        "info",
    )
    return None


def _in_language_of(carried: Carried | None) -> AbstractContextManager[None]:
    """Keep the language of the page that was sent: with the session, its person's choice is gone."""
    return force_locale(carried.language) if carried else nullcontext()


def _is_anothers(carried: Carried) -> bool:
    """Return whether somebody else than the owner is signed in."""
    return current_actor().person_id not in {None, carried.person_id}


def _form(
    next_url: str,
    *,
    login: str = "",
    error: str | None = None,
    carried: Carried | None = None,
    sealed: str = "",
) -> Response:
    """Return the page, for no cache; `sealed` may be there without `carried`, which it then did not open to."""
    config = current_app.extensions["config"]
    # The switch of languages is a link, and would leave behind what the form carries.
    without_switch = {"languages": ()} if sealed else {}
    page = render_template(
        "accounts/sign_in.html",
        login=login,
        error=error,
        next_url=next_url,
        sealed=sealed,
        is_carrying=carried is not None,
        is_anothers=carried is not None and _is_anothers(carried),
        demo_accounts=[(person.email, _(person.role)) for person in DEMO_PEOPLE]
        if config.demo
        else [],
        demo_password=DEMO_PASSWORD if config.demo else None,
        **without_switch,
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
