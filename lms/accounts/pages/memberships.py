"""The institutions that a person belongs to, claims, or is invited by: `/my/institutions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import commands, forms, queries
from lms.accounts.domain import MembershipState
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import pick_text
from lms.web import current_actor, current_language
from lms.web.formats import as_sentence

pages = Blueprint("memberships", __name__, template_folder="../templates")

LONGEST_SEARCH = 200


@pages.get("/my/institutions")
def list_mine() -> ResponseReturnValue:
    """Show where the actor belongs, what waits for an answer, and a search for more."""
    return _render()


@pages.post("/my/institutions")
def claim_institution() -> ResponseReturnValue:
    """Claim the institution that was chosen."""

    def claim(session: Session, now: datetime) -> None:
        commands.claim_institution(
            session,
            current_actor(),
            forms.read_id(request.form, "institution"),
            member_type=request.form.get("member_type") or None,
            started_on=forms.read_day_of(request.form, "started_on", now.date()),
            now=now,
        )

    return _do(claim, _("Your claim is noted. An officer of the institution will answer it."))


@pages.post("/my/institutions/<int:membership_id>/withdrawal")
def withdraw_claim(membership_id: int) -> ResponseReturnValue:
    """Take back a claim."""

    def withdraw(session: Session, now: datetime) -> None:
        commands.withdraw_claim(session, current_actor(), membership_id, now=now)

    return _do(withdraw, _("Your claim is taken back."))


@pages.post("/my/institutions/<int:membership_id>/acceptance")
def accept_invitation(membership_id: int) -> ResponseReturnValue:
    """Accept an invitation."""

    def accept(session: Session, now: datetime) -> None:
        commands.accept_invitation(session, current_actor(), membership_id, now=now)

    return _do(accept, _("You belong to this institution now."))


@pages.post("/my/institutions/<int:membership_id>/refusal")
def decline_invitation(membership_id: int) -> ResponseReturnValue:
    """Refuse an invitation."""

    def decline(session: Session, now: datetime) -> None:
        commands.decline_invitation(session, current_actor(), membership_id, now=now)

    return _do(decline, _("The invitation is declined."))


@pages.post("/my/institutions/<int:membership_id>/end")
def leave_institution(membership_id: int) -> ResponseReturnValue:
    """Leave an institution."""

    def leave(session: Session, now: datetime) -> None:
        commands.leave_institution(
            session,
            current_actor(),
            membership_id,
            ended_on=forms.read_day_of(request.form, "ended_on", now.date()),
            now=now,
        )

    return _do(
        leave,
        _("Your membership has its last day. What you completed until then stays."),
        membership_id,
    )


def _do(act: Callable[[Session, datetime], None], done: str, at: int = 0) -> ResponseReturnValue:
    """Do it and show the page again; what cannot be done comes back with what was typed, at its form."""
    try:
        with unit_of_work() as session:
            act(session, clock.now())
    except Invalid as refusal:
        errors = {name: as_sentence(text) for name, text in refusal.fields.items()}
        return _render(errors=errors, at=at), 422
    except Conflict as refusal:
        return _render(refused=as_sentence(refusal.message), at=at), 409
    flash(done, "success")
    return redirect(url_for(".list_mine"))


def _render(
    *, errors: Mapping[str, str] | None = None, refused: str | None = None, at: int = 0
) -> str:
    actor, language, today = current_actor(), current_language(), clock.now().date()
    search = (request.args.get("q") or request.form.get("q", "")).strip()[:LONGEST_SEARCH]
    with reading() as session:
        rows = queries.list_my_memberships(session, actor)
        found = queries.find_institutions(session, search, today=today)
        types = queries.list_member_types(session) if found else {}
    shown = [
        {
            "id": one.id,
            "name": pick_text(one.institution, language),
            "seat": pick_text(one.member_type, language) if one.member_type else "",
            "row": one,
        }
        for one in rows
    ]
    by_state = {
        state: [one for one, row in zip(shown, rows, strict=True) if row.state is state]
        for state in MembershipState
    }
    return render_template(
        "accounts/institutions.html",
        invited=by_state[MembershipState.INVITED],
        confirmed=by_state[MembershipState.CONFIRMED],
        claimed=by_state[MembershipState.CLAIMED],
        past=by_state[MembershipState.ENDED] + by_state[MembershipState.REFUSED],
        search=search,
        found=[
            (one.id, " – ".join(pick_text(name, language) for name in one.names)) for one in found
        ],
        member_types=[(key, pick_text(name, language)) for key, name in types.items()],
        most_found=queries.MOST_FOUND,
        typed=request.form,
        today=today,
        errors=errors or {},
        refused=refused,
        at=at,
    )
