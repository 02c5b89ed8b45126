"""Bringing somebody in, answering claims, and managing one membership."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import accounts
from lms.accounts.domain import Candidate, Outcome, PlannedLine
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import Message
from lms.officers import commands, forms
from lms.officers.pages.place import list_choices, list_member_types, pick, read_place, render_place
from lms.web import current_actor
from lms.web.formats import as_sentence

pages = Blueprint("officers_people", __name__, template_folder="../templates")

LONGEST_SEARCH = 200


# --- One by one ---------------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/people/new")
def show_new_person(institution_id: int) -> ResponseReturnValue:
    """Show the form for one person."""
    return _render_new(institution_id)


@pages.post("/institution/<int:institution_id>/people/new")
def bring_in_person(institution_id: int) -> ResponseReturnValue:
    """Bring one person in; where somebody of that name is there, ask first whether it is the same person."""
    now = clock.now()
    line = forms.read_person(request.form, today=now.date())
    choices = forms.read_choices(request.form)
    with reading() as session:
        (planned,) = accounts.plan_people(
            session, current_actor(), institution_id, [line], choices, today=now.date()
        )
    if planned.outcome is Outcome.REFUSED and planned.choice is None:
        return _render_new(institution_id, planned), 422
    if planned.candidates and 1 not in choices:
        return _render_new(institution_id, planned), 409
    try:
        with unit_of_work() as session:
            done = accounts.bring_in_people(
                session, current_actor(), institution_id, [line], choices, now=now
            )
    except accounts.PeopleChanged as refusal:
        return _render_new(institution_id, planned, refused=refusal.message), 409
    flash(_told(done.planned[0]), "success" if done.planned[0].outcome is Outcome.NEW else "info")
    return redirect(url_for(".show_new_person", institution_id=institution_id))


def _told(done: PlannedLine) -> str:
    name = done.line.name.written
    if done.outcome is Outcome.NEW and done.login:
        return _(
            "%(name)s is in, with the user name %(login)s. Print a sign-in slip to let them begin.",
            name=name,
            login=done.login,
        )
    if done.outcome is Outcome.NEW:
        return _("%(name)s is in. Print a sign-in slip to let them begin.", name=name)
    return f"{name} – {as_sentence(done.reason)}" if done.reason else name


@pages.post("/institution/<int:institution_id>/invitations")
def invite_person(institution_id: int) -> ResponseReturnValue:
    """Invite the owner of an exact address or user name; the answer is the same whether there is one or not."""
    now = clock.now()
    login = request.form.get("invited", "").strip()
    if not login:
        errors = {"invited": _("Type an e-mail address or a user name.")}
        return _render_new(institution_id, errors=errors), 422
    with unit_of_work() as session:
        accounts.invite_person(
            session,
            current_actor(),
            institution_id,
            login,
            member_type=None,
            started_on=now.date(),
            now=now,
        )
    flash(_("If somebody has this address or user name, they are invited."), "info")
    return redirect(url_for(".list_claims", institution_id=institution_id))


def _render_new(
    institution_id: int,
    planned: PlannedLine | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    refused: Message | None = None,
) -> str:
    today = clock.now().date()
    with reading() as session:
        place = read_place(session, institution_id)
        choices = list_choices(session, place.here, today=today)
        ids = {id for one in (planned.candidates if planned else ()) for id in one.institution_ids}
        names = {
            id: pick(name)
            for id, name in accounts.get_institution_names(session, sorted(ids)).items()
        }
    faults = {name: as_sentence(text) for name, text in planned.faults.items()} if planned else {}
    if planned and planned.outcome is Outcome.REFUSED and not faults and planned.reason:
        refused = planned.reason
    return render_place(
        "officers/new_person.html",
        place,
        typed=request.form,
        errors=errors or faults,
        refused=as_sentence(refused) if refused else None,
        candidates=[show_candidate(one, names) for one in planned.candidates] if planned else [],
        chosen=planned.choice if planned else None,
        today=today,
        **choices,
    )


def show_candidate(candidate: Candidate, names: Mapping[int, str]) -> dict[str, object]:
    """Return what a page shows of somebody who may be the same person; `names`: of institutions, by id."""
    return {
        "key": candidate.key,
        "name": candidate.name,
        "sign": candidate.login or candidate.email or "",
        "places": ", ".join(names[id] for id in candidate.institution_ids if id in names),
        "line": candidate.key.removeprefix("line-") if candidate.key.startswith("line-") else "",
        "is_same_name": candidate.is_same_name,
    }


# --- Claims and invitations ----------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/claims")
def list_claims(institution_id: int) -> ResponseReturnValue:
    """Show the claims that wait for an answer, and the invitations that were not answered."""
    return _render_claims(institution_id)


@pages.post("/institution/<int:institution_id>/claims/<int:membership_id>/confirmation")
def confirm_claim(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Confirm a claim."""
    now = clock.now()
    try:
        with unit_of_work() as session:
            accounts.confirm_claim(
                session,
                current_actor(),
                institution_id,
                membership_id,
                started_on=forms.read_day_of(request.form, "started_on"),
                now=now,
            )
    except Invalid as refusal:
        errors = {name: as_sentence(text) for name, text in refusal.fields.items()}
        return _render_claims(institution_id, errors=errors, at=membership_id), 422
    except Conflict as refusal:
        return _render_claims(institution_id, refused=refusal.message), 409
    flash(_("The claim is confirmed. The person belongs to the institution now."), "success")
    return redirect(url_for(".list_claims", institution_id=institution_id))


@pages.post("/institution/<int:institution_id>/claims/<int:membership_id>/refusal")
def refuse_claim(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Refuse a claim."""
    try:
        with unit_of_work() as session:
            accounts.refuse_claim(
                session, current_actor(), institution_id, membership_id, now=clock.now()
            )
    except Conflict as refusal:
        return _render_claims(institution_id, refused=refusal.message), 409
    flash(_("The claim is refused."), "success")
    return redirect(url_for(".list_claims", institution_id=institution_id))


@pages.post("/institution/<int:institution_id>/invitations/<int:membership_id>/withdrawal")
def withdraw_invitation(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Take back an invitation."""
    try:
        with unit_of_work() as session:
            accounts.withdraw_invitation(
                session, current_actor(), institution_id, membership_id, now=clock.now()
            )
    except Conflict as refusal:
        return _render_claims(institution_id, refused=refusal.message), 409
    flash(_("The invitation is taken back."), "success")
    return redirect(url_for(".list_claims", institution_id=institution_id))


def _render_claims(
    institution_id: int,
    *,
    errors: Mapping[str, str] | None = None,
    refused: Message | None = None,
    at: int = 0,
) -> str:
    with reading() as session:
        place = read_place(session, institution_id)
        pending = accounts.list_pending(session, current_actor(), place.here.path)
        types = dict(list_member_types(session))
    shown = [
        {
            "row": one,
            "institution": pick(one.institution),
            "seat": types.get(one.member_type or "", ""),
        }
        for one in pending
    ]
    return render_place(
        "officers/claims.html",
        place,
        claims=[one for one, row in zip(shown, pending, strict=True) if not row.is_invitation],
        invitations=[one for one, row in zip(shown, pending, strict=True) if row.is_invitation],
        typed=request.form,
        errors=errors or {},
        refused=as_sentence(refused) if refused else None,
        at=at,
        today=clock.now().date(),
    )


# --- One membership ------------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/memberships/<int:membership_id>")
def show_membership(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Show a membership, with the forms to end it or to move the person."""
    return _render_membership(institution_id, membership_id)


@pages.post("/institution/<int:institution_id>/memberships/<int:membership_id>/end")
def end_membership(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """End a membership: the person left."""
    now = clock.now()
    try:
        with unit_of_work() as session:
            accounts.end_membership(
                session,
                current_actor(),
                institution_id,
                membership_id,
                ended_on=forms.read_day_of(request.form, "ended_on") or now.date(),
                now=now,
            )
    except (Invalid, Conflict) as refusal:
        return _send_back(institution_id, membership_id, refusal, "end")
    flash(_("The membership has its last day."), "success")
    return redirect(
        url_for(".show_membership", institution_id=institution_id, membership_id=membership_id)
    )


@pages.post("/institution/<int:institution_id>/memberships/<int:membership_id>/move")
def move_member(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Move the person to another institution."""
    now = clock.now()
    try:
        with unit_of_work() as session:
            moved = commands.move_member(
                session,
                current_actor(),
                institution_id,
                membership_id,
                to_institution_id=forms.read_id(request.form.get("institution", "")),
                member_type=request.form.get("member_type") or None,
                ended_on=forms.read_day_of(request.form, "ended_on"),
                now=now,
            )
    except (Invalid, Conflict) as refusal:
        return _send_back(institution_id, membership_id, refusal, "move")
    if moved.is_confirmed:
        flash(_("The person has moved. What is not finished goes along."), "success")
    else:
        flash(
            _("The person has left. An officer of the new institution confirms the arrival."),
            "success",
        )
    return redirect(
        url_for(".show_membership", institution_id=institution_id, membership_id=membership_id)
    )


@pages.post("/institution/<int:institution_id>/memberships/<int:membership_id>/places")
def find_places(institution_id: int, membership_id: int) -> ResponseReturnValue:
    """Show the same with the institutions of a name, from the whole tree, to move the person to."""
    return _render_membership(institution_id, membership_id, at="move")


def _send_back(
    institution_id: int, membership_id: int, refusal: Invalid | Conflict, at: str
) -> ResponseReturnValue:
    errors = {name: as_sentence(text) for name, text in refusal.fields.items()}
    page = _render_membership(
        institution_id,
        membership_id,
        errors=errors,
        refused=None if errors else refusal.message,
        at=at,
    )
    return page, 422 if isinstance(refusal, Invalid) else 409


def _render_membership(
    institution_id: int,
    membership_id: int,
    *,
    errors: Mapping[str, str] | None = None,
    refused: Message | None = None,
    at: str = "",
) -> str:
    today = clock.now().date()
    search = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as session:
        place = read_place(session, institution_id)
        member = accounts.get_member(session, current_actor(), place.here.path, membership_id)
        found = accounts.find_institutions(session, search, today=today)
        below = accounts.list_places(session, place.here.path, today=today) if not search else []
        types = list_member_types(session)
    places = [(str(one.id), " – ".join(map(pick, one.names))) for one in found]
    places += sorted(
        ((str(one.id), pick(one.names)) for one in below if not one.is_closed),
        key=lambda pair: pair[1].casefold(),
    )
    return render_place(
        "officers/membership.html",
        place,
        member=member,
        institution=pick(member.institution),
        seat=dict(types).get(member.member_type or "", ""),
        places=[(id, words) for id, words in places if id != str(member.institution_id)],
        member_types=types,
        search=search,
        typed=request.form,
        errors=errors or {},
        refused=as_sentence(refused) if refused else None,
        at=at,
        today=today,
        is_oneself=current_actor().is_person(member.person_id),
    )
