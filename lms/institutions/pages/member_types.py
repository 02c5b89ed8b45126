"""The types of members whose seats a branch has: `/admin/member-types`."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core.db import reading
from lms.core.errors import NotFound
from lms.institutions import commands, forms, queries
from lms.institutions.pages.institutions import pick
from lms.institutions.pages.sent_back import SentBack, write_or_send_back
from lms.web import current_actor

pages = Blueprint("member_types", __name__, template_folder="../templates")


@pages.get("/admin/member-types")
def list_member_types() -> str:
    """Show the types of members with their use, and a form for a new one."""
    return _render_list(SentBack())


@pages.post("/admin/member-types")
def add_member_type() -> ResponseReturnValue:
    """Add a type of member."""
    names = forms.read_names(request.form)

    def write(session: Session) -> tuple[str, str]:
        key = request.form.get("key", "").strip()
        commands.add_member_type(session, current_actor(), names, key=key)
        return _("%(name)s is added.", name=pick(names)), url_for(".list_member_types")

    return write_or_send_back("new", write, _render_list)


def _render_list(back: SentBack) -> str:
    with reading() as session:
        lines = queries.list_member_type_lines(session, current_actor())
    return render_template(
        "institutions/member_types.html",
        lines=[(line, pick(line.name)) for line in lines],
        back=back,
    )


@pages.get("/admin/member-types/<int:member_type_id>")
def show_member_type(member_type_id: int) -> str:
    """Show a type of member with what can be changed about it."""
    return _render(member_type_id, SentBack())


def _render(member_type_id: int, back: SentBack) -> str:
    with reading() as session:
        lines = queries.list_member_type_lines(session, current_actor())
    line = next((line for line in lines if line.id == member_type_id), None)
    if line is None:
        raise NotFound
    return render_template(
        "institutions/member_type.html", line=line, name=pick(line.name), back=back
    )


@pages.post("/admin/member-types/<int:member_type_id>")
def rename_member_type(member_type_id: int) -> ResponseReturnValue:
    """Rename it."""

    def write(session: Session) -> tuple[str, str]:
        names = forms.read_names(request.form)
        commands.rename_member_type(session, current_actor(), member_type_id, names)
        return _("Saved."), url_for(".list_member_types")

    return write_or_send_back("edit", write, lambda back: _render(member_type_id, back))


@pages.post("/admin/member-types/<int:member_type_id>/deletion")
def delete_member_type(member_type_id: int) -> ResponseReturnValue:
    """Delete it, if there is neither a seat nor a person of it."""

    def write(session: Session) -> tuple[str, str]:
        commands.delete_member_type(session, current_actor(), member_type_id)
        return _("Deleted."), url_for(".list_member_types")

    return write_or_send_back("delete", write, lambda back: _render(member_type_id, back))
