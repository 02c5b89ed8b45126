"""Links to one's certificates: made and closed by the holder, opened by whoever has one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Refusal
from lms.core.i18n import Message, pick_text
from lms.credentials import commands, queries
from lms.credentials.domain import DEFAULT_DAYS, MOST_DAYS
from lms.credentials.errors import TooManyShares, UnfitShare
from lms.web import absolute_url, current_actor, current_language

pages = Blueprint("shares", __name__)


@pages.get("/my/shares")
def list_mine() -> ResponseReturnValue:
    """Show the reader's open links, and the form for another."""
    return _show(ends_on=None, fields={})


@pages.post("/my/shares")
def make() -> ResponseReturnValue:
    """Make a link; what cannot be comes back to the form with all that was filled in."""
    ends_on = _read_day(request.form.get("ends-on", ""))
    try:
        with unit_of_work() as session:
            commands.share_certificates(
                session,
                current_actor(),
                ends_on=ends_on,
                consents="consents" in request.form,
                now=clock.now(),
            )
    except (UnfitShare, TooManyShares) as refusal:
        status = 422 if isinstance(refusal, UnfitShare) else 409
        return _show(ends_on=ends_on, fields=refusal.fields, refusal=refusal), status
    flash(_("The link is made. Copy it from this page whenever you need it."), "success")
    return redirect(url_for(".list_mine"))


@pages.post("/my/shares/<int:share_id>/withdrawal")
def withdraw(share_id: int) -> ResponseReturnValue:
    """Close a link for good."""
    with unit_of_work() as session:
        commands.withdraw_share(session, current_actor(), share_id, now=clock.now())
    flash(_("The link is closed: it shows nothing any more."), "success")
    return redirect(url_for(".list_mine"))


@pages.get("/shared/<secret>")
def show(secret: str) -> ResponseReturnValue:
    """Show what a link shows, to anybody who has it."""
    today = clock.now().date()
    with reading() as session:
        shared = queries.get_shared(session, secret, today=today)
    language = current_language()
    page = make_response(
        render_template(
            "credentials/shared.html",
            ends_on=shared.ends_on,
            credentials=[
                {
                    "number": view.number,
                    "kind": view.kind,
                    "holder": view.holder,
                    "module_title": pick_text(view.module_title, language),
                    "programme_title": pick_text(view.programme_title, language),
                    "minutes": view.minutes,
                    "completed_on": view.completed_on,
                    "state": view.state_on(today),
                    "specimen": view.is_specimen,
                    "verify_url": url_for("credentials.verify", code=view.printed_code),
                }
                for view in shared.credentials
                if view.superseded_by is None
            ],
        )
    )
    # The address opens a person's certificates: neither search engines nor caches keep it.
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _show(*, ends_on: date | None, fields: Any, refusal: Refusal | None = None) -> str:
    today = clock.now().date()
    with reading() as session:
        found = queries.list_shares(session, current_actor(), today=today)
    errors: dict[str, Message] = dict(fields)
    return render_template(
        "credentials/shares.html",
        shares=[
            {
                "id": share.id,
                "url": absolute_url("shares.show", secret=share.secret),
                "consented_at": share.consented_at,
                "ends_on": share.ends_on,
            }
            for share in found
        ],
        ends_on=(ends_on or today + timedelta(days=DEFAULT_DAYS)).isoformat(),
        earliest=today.isoformat(),
        latest=(today + timedelta(days=MOST_DAYS)).isoformat(),
        errors=errors,
        refusal=refusal.message if refusal and not errors else None,
    )


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
