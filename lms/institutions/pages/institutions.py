"""The tree of institutions: `/admin/institutions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.institutions import commands, forms, policy, queries
from lms.institutions.domain import INSTITUTION_KINDS
from lms.institutions.pages.sent_back import SentBack, write_or_send_back
from lms.institutions.queries import InstitutionLine, InstitutionPage
from lms.web import current_actor, current_language

pages = Blueprint("institutions", __name__, template_folder="../templates")

LONGEST_SEARCH = 200
# Up to here the whole tree stands open; a larger one shows its upper levels.
FEW = 60
# Between the names of a way down the tree.
STEP = " \u203a "


@pages.app_context_processor
def tell_who_administers() -> dict[str, Callable[..., bool]]:
    """Let the layout ask whether to lead somebody here."""
    return {"may_administer": policy.may_administer}


def pick(texts: Mapping[str, str] | None) -> str:
    """Return the text in the reader's language."""
    return pick_text(texts or {}, current_language())


def name_ways(lines: list[InstitutionLine]) -> dict[int, str]:
    """Return for each line, by id, its name after the names of those above it."""
    ways: dict[int, str] = {}
    for line in lines:
        above, name = ways.get(line.facts.parent_id or 0), pick(line.facts.name)
        ways[line.facts.id] = f"{above}{STEP}{name}" if above else name
    return ways


@pages.get("/admin/institutions")
def show_tree() -> str:
    """Show the institutions as a tree, or those whose names a search finds."""
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as session:
        page = queries.get_tree_page(session, current_actor(), language=current_language())
    lines = list(page.lines)
    return render_template(
        "institutions/tree.html",
        page=page,
        nodes=_nest(lines),
        is_open=len(lines) <= FEW,
        search=search,
        found=queries.search_lines(lines, search) if search else [],
        ways=name_ways(lines) if search else {},
        kinds=_name_kinds(),
        pick=pick,
    )


def _nest(lines: list[InstitutionLine]) -> list[dict[str, Any]]:
    """Return the lines as a template walks them: each with what lies directly below it."""
    top: list[dict[str, Any]] = []
    outer = lines[0].depth if lines else 0
    way: list[list[dict[str, Any]]] = [top]
    for line in lines:
        node: dict[str, Any] = {"facts": line.facts, "name": pick(line.facts.name), "below": []}
        del way[line.depth - outer + 1 :]
        way[line.depth - outer].append(node)
        way.append(node["below"])
    return top


def _name_kinds() -> dict[str, str]:
    return {kind.value: _(words) for kind, words in INSTITUTION_KINDS.items()}


# --- A new one --------------------------------------------------------------------------------------


@pages.get("/admin/institutions/new")
def show_new() -> str:
    """Show the form for a new institution, below `parent` or above everything."""
    return _render_new(forms.read_id(request.args.get("parent", "")), SentBack())


@pages.post("/admin/institutions")
def add_institution() -> ResponseReturnValue:
    """Add an institution."""
    draft = forms.read_draft(request.form)

    def write(session: Session) -> tuple[str, str]:
        id = commands.add_institution(
            session, current_actor(), draft, is_other=forms.is_other(request.form)
        )
        done = _("%(name)s is added.", name=pick(draft.name))
        return done, url_for(".show_institution", institution_id=id)

    return write_or_send_back("new", write, lambda back: _render_new(draft.parent_id, back))


def _render_new(parent_id: int | None, back: SentBack) -> str:
    with reading() as session:
        page = queries.get_new_institution_page(
            session, current_actor(), parent_id, language=current_language()
        )
    return render_template("institutions/new.html", **_explain(page), back=back)


# --- One of them ------------------------------------------------------------------------------------


@pages.get("/admin/institutions/<int:institution_id>")
def show_institution(institution_id: int) -> str:
    """Show an institution with all that can be changed about it."""
    return _render(institution_id, SentBack())


def _render(institution_id: int, back: SentBack) -> str:
    with reading() as session:
        page = queries.get_institution_page(
            session, current_actor(), institution_id, language=current_language()
        )
    return render_template(
        "institutions/institution.html",
        **_explain(page),
        children=_nest(list(page.below))[0]["below"],
        today=clock.now().date(),
        back=back,
    )


def _explain(page: InstitutionPage) -> dict[str, Any]:
    return {
        "page": page,
        "facts": page.facts,
        "way": [(id, pick(name)) for id, name in page.way],
        "steps": [
            (url_for(".show_institution", institution_id=id), pick(name)) for id, name in page.way
        ],
        "parents": list(name_ways(list(page.parents)).items()),
        "zones": [(zone.id, "\u2003" * zone.depth + pick(zone.name)) for zone in page.zones],
        "kinds": _name_kinds(),
        "seats": [(key, pick(name), count) for key, name, count in page.seats],
        "pick": pick,
    }


def _do(
    institution_id: int, at: str, write: Callable[[Session], str], address: str | None = None
) -> ResponseReturnValue:
    """Do what the form `at` of an institution's page asks, and show the page again."""
    here = url_for(".show_institution", institution_id=institution_id)
    return write_or_send_back(
        at,
        lambda session: (write(session), address or here),
        lambda back: _render(institution_id, back),
    )


@pages.post("/admin/institutions/<int:institution_id>")
def edit_institution(institution_id: int) -> ResponseReturnValue:
    """Rename it, or change its kind and zone."""

    def write(session: Session) -> str:
        commands.edit_institution(
            session,
            current_actor(),
            institution_id,
            forms.read_draft(request.form),
            is_other=forms.is_other(request.form),
        )
        return _("Saved.")

    return _do(institution_id, "edit", write)


@pages.post("/admin/institutions/<int:institution_id>/seats")
def set_seats(institution_id: int) -> ResponseReturnValue:
    """Say how many seats it has for each type of member."""

    def write(session: Session) -> str:
        commands.set_seats(
            session, current_actor(), institution_id, forms.read_counts(request.form)
        )
        return _("The seats are saved.")

    return _do(institution_id, "seats", write)


@pages.post("/admin/institutions/<int:institution_id>/place")
def move_institution(institution_id: int) -> ResponseReturnValue:
    """Hang it with all below it under another one."""

    def write(session: Session) -> str:
        commands.move_institution(
            session,
            current_actor(),
            institution_id,
            forms.read_id(request.form.get("parent", "")),
            is_other=forms.is_other(request.form),
        )
        return _("Moved, with all that lies below it.")

    return _do(institution_id, "move", write)


@pages.post("/admin/institutions/<int:institution_id>/closing")
def close_institution(institution_id: int) -> ResponseReturnValue:
    """Let it take in nobody after a day."""

    def write(session: Session) -> str:
        commands.close_institution(
            session,
            current_actor(),
            institution_id,
            forms.read_day(request.form.get("closed_on", "")),
            today=clock.now().date(),
        )
        return _("Closed. What was stays; it takes in nobody new.")

    return _do(institution_id, "close", write)


@pages.post("/admin/institutions/<int:institution_id>/reopening")
def reopen_institution(institution_id: int) -> ResponseReturnValue:
    """Let it take people in again."""

    def write(session: Session) -> str:
        commands.reopen_institution(session, current_actor(), institution_id)
        return _("It is open again.")

    return _do(institution_id, "close", write)


@pages.post("/admin/institutions/<int:institution_id>/deletion")
def delete_institution(institution_id: int) -> ResponseReturnValue:
    """Delete it, if nothing refers to it."""

    def write(session: Session) -> str:
        commands.delete_institution(session, current_actor(), institution_id)
        return _("Deleted.")

    return _do(institution_id, "delete", write, url_for(".show_tree"))
