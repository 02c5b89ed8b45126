"""The desk of those who correct and withdraw: open requests, and the record of one certificate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict
from lms.core.i18n import Message, pick_text
from lms.credentials import commands, forms, policy, queries
from lms.credentials.domain import RevocationReason
from lms.credentials.errors import NoSuchCredential, UnfitRequest
from lms.web import current_actor, current_language

pages = Blueprint("credential_desk", __name__)

LONGEST_SEARCH = 200


@pages.app_context_processor
def who_keeps_records() -> dict[str, object]:
    """Let the layout lead those to the desk who have one."""
    return {"keeps_records": policy.keeps_records}


@dataclass(frozen=True, slots=True)
class SentBack:
    """A form that comes back to its page: which one, what was typed, and why nothing was done."""

    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Message] = field(default_factory=dict)
    refusal: Message | None = None


# --- The work list --------------------------------------------------------------------------------


@pages.get("/credentials")
def show_desk() -> ResponseReturnValue:
    """List the open requests, and lead to the certificate whose number was typed."""
    number = request.args.get("number", "").strip().upper()[:LONGEST_SEARCH]
    if not number:
        return _render_desk()
    try:
        with reading() as session:
            found = queries.get_record(session, current_actor(), number).view.number
    except NoSuchCredential as refusal:
        return _render_desk(number=number, refusal=refusal.message), 404
    return redirect(url_for(".show_record", number=found))


@pages.post("/credentials")
def search() -> ResponseReturnValue:
    """Show the same with the certificates of a name; the form sends it, since no address holds a name."""
    return _render_desk(name=request.form.get("q", "").strip()[:LONGEST_SEARCH])


def _render_desk(*, number: str = "", name: str = "", refusal: Message | None = None) -> str:
    actor, language = current_actor(), current_language()
    with reading() as session:
        requests = queries.list_open_requests(session, actor)
        found = queries.search_credentials(session, actor, name) if name else []
    return render_template(
        "credentials/desk.html",
        requests=[(one, pick_text(one.module_title, language)) for one in requests],
        number=number,
        is_unknown=refusal is not None,
        name=name,
        found=[(one, pick_text(one.module_title, language)) for one in found[: queries.MOST_FOUND]],
        has_more=len(found) > queries.MOST_FOUND,
        most_found=queries.MOST_FOUND,
    )


# --- One certificate ------------------------------------------------------------------------------


@pages.get("/credentials/<number>")
def show_record(number: str) -> ResponseReturnValue:
    """Show a certificate with its history, and what may be done about it."""
    return _render_record(number, SentBack())


@pages.post("/credentials/<number>/corrections/<int:correction_id>")
def answer_correction(number: str, correction_id: int) -> ResponseReturnValue:
    """Grant or refuse a request."""

    def answer(session: Session, now: datetime) -> str:
        answered = commands.answer_correction(
            session,
            current_actor(),
            number,
            correction_id,
            is_granted=forms.read_decision(request.form),
            answer=request.form.get("answer", ""),
            now=now,
        )
        if answered.is_granted:
            return _("Granted: %(number)s replaces this certificate.", number=answered.number)
        return _("Refused: the certificate stays as it is.")

    return _do(number, "correction", answer)


@pages.post("/credentials/<number>/revocation")
def revoke(number: str) -> ResponseReturnValue:
    """Withdraw the certificate."""

    def withdraw(session: Session, now: datetime) -> str:
        commands.revoke_credential(
            session,
            current_actor(),
            number,
            forms.read_revocation_reason(request.form),
            note=request.form.get("note", ""),
            now=now,
        )
        return _("The certificate is withdrawn.")

    return _do(number, "revocation", withdraw)


def _do(number: str, at: str, act: Callable[[Session, datetime], str]) -> ResponseReturnValue:
    """Do what the form `at` asks, tell of it, and show the record; what cannot be done comes back as it was typed."""
    try:
        with unit_of_work() as session:
            done = act(session, clock.now())
    except UnfitRequest as refusal:
        back = SentBack(at, request.form, refusal.fields)
        return _render_record(number, back), 422
    except Conflict as refusal:
        back = SentBack(at, request.form, refusal=refusal.message)
        return _render_record(number, back), 409
    flash(done, "success")
    return redirect(url_for(".show_record", number=number))


def _render_record(number: str, back: SentBack) -> str:
    language = current_language()
    with reading() as session:
        record = queries.get_record(session, current_actor(), number)
    view = record.view
    return render_template(
        "credentials/record.html",
        record=record,
        view=view,
        state=view.state_on(clock.now().date()),
        module_title=pick_text(view.module_title, language),
        institution=pick_text(view.institution_name or {}, language),
        reasons=list(RevocationReason),
        back=back,
    )
