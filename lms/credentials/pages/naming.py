"""How the reader's certificates read: confirmed before the first, corrected by request after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import CertificateName, NameOrder, PersonName, UnfitName, get_certificate_name
from lms.accounts.domain import PrintedName, tidy_name
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict
from lms.core.i18n import Message, pick_text
from lms.credentials import commands, forms, queries
from lms.credentials.errors import UnfitRequest
from lms.web import current_actor, current_language

pages = Blueprint("naming", __name__)


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name as a form shows it, how it would be printed, and what is wrong with it."""

    given_names: str
    family_names: str
    order: NameOrder
    in_capitals: bool
    written: str
    problems: Mapping[str, Message] = field(default_factory=dict)
    refusal: Message | None = None
    # It was typed anew, so the reader is to look at how it reads before it counts.
    is_new: bool = False


def _show(name: PersonName, *, in_capitals: bool, **more: object) -> TypedName:
    tidy = tidy_name(name)
    written = PrintedName(tidy, in_capitals).written
    return TypedName(
        tidy.given_names,
        tidy.family_names,
        tidy.order,
        in_capitals,
        written,
        **more,  # type: ignore[arg-type]  # fields by name
    )


def _show_known(known: CertificateName) -> TypedName:
    return _show(known.name, in_capitals=known.in_capitals)


def _show_typed(**more: object) -> TypedName:
    form = request.form
    return _show(forms.read_name(form), in_capitals=forms.read_capitals(form), **more)


# --- Before the first certificate -----------------------------------------------------------------


@pages.get("/my/certificate-name")
def show_name() -> ResponseReturnValue:
    """Show how the reader's certificates read, with a form as long as that may be changed freely."""
    return _render_name(None)


@pages.post("/my/certificate-name")
def confirm_name() -> ResponseReturnValue:
    """Confirm the name that was looked at; one that was typed anew is shown first."""
    typed = _show_typed(is_new=True)
    is_looked_at = request.form.get("shown") == typed.written
    if "look" in request.form or not is_looked_at:
        return _look_at_name()
    try:
        with unit_of_work() as session:
            confirmed = commands.confirm_own_name(
                session,
                current_actor(),
                forms.read_name(request.form),
                in_capitals=typed.in_capitals,
                now=clock.now(),
            )
    except UnfitName as refusal:
        return _render_name(_show_typed(problems=refusal.fields)), 422
    except Conflict as refusal:
        return _render_name(_show_typed(refusal=refusal.message)), 409
    if not confirmed.issued:
        flash(
            _("Confirmed: your certificates will read “%(name)s”.", name=confirmed.printed_name),
            "success",
        )
        return redirect(url_for(".show_name"))
    flash(
        ngettext(
            "Confirmed, and your certificate is issued.",
            "Confirmed, and your %(num)s certificates are issued.",
            len(confirmed.issued),
        ),
        "success",
    )
    return redirect(url_for("certificates.list_mine"))


def _look_at_name() -> ResponseReturnValue:
    """Show how the name that was typed would be printed, or why it cannot be; nothing is kept."""
    try:
        commands.require_drawable(
            forms.read_name(request.form), in_capitals=forms.read_capitals(request.form)
        )
    except UnfitName as refusal:
        return _render_name(_show_typed(problems=refusal.fields)), 422
    return _render_name(_show_typed(is_new=True))


def _render_name(typed: TypedName | None) -> str:
    actor = current_actor()
    with reading() as session:
        known = get_certificate_name(session, actor)
        is_printed = bool(queries.list_numbers(session, actor.require_person()))
        waiting = queries.list_waiting(session, actor)
    return render_template(
        "credentials/name.html",
        name=typed or _show_known(known),
        confirmed=known.printed_name,
        may_change=not is_printed,
        waiting=len(waiting),
    )


# --- Corrections ----------------------------------------------------------------------------------


@pages.get("/my/certificates/<number>/correction")
def show_correction(number: str) -> ResponseReturnValue:
    """Show the form for a correction of one of the reader's certificates, or what came of the last."""
    return _render_correction(number, None, "", {})


@pages.post("/my/certificates/<number>/correction")
def ask_for_correction(number: str) -> ResponseReturnValue:
    """Ask for a certificate with another name."""
    reason = request.form.get("reason", "")
    try:
        with unit_of_work() as session:
            commands.ask_for_correction(
                session,
                current_actor(),
                number,
                forms.read_name(request.form),
                in_capitals=forms.read_capitals(request.form),
                reason=reason,
                now=clock.now(),
            )
    except (UnfitName, UnfitRequest) as refusal:
        return _render_correction(number, _show_typed(), reason, refusal.fields), 422
    except Conflict as refusal:
        typed = _show_typed(refusal=refusal.message)
        return _render_correction(number, typed, reason, {}), 409
    flash(_("Your request is on its way. Its answer will stand beside the certificate."), "success")
    return redirect(url_for("certificates.list_mine"))


def _render_correction(
    number: str, typed: TypedName | None, reason: str, problems: Mapping[str, Message]
) -> str:
    actor = current_actor()
    with reading() as session:
        view = queries.get_own_credential(session, actor, number)
        known = get_certificate_name(session, actor)
        correction = queries.list_own_corrections(session, actor).get(number)
    return render_template(
        "credentials/correction.html",
        number=view.number,
        state=view.state_on(clock.now().date()),
        module_title=pick_text(view.module_title, current_language()),
        holder=view.holder,
        name=typed or _show_known(known),
        reason=reason,
        problems=problems,
        correction=correction,
    )
