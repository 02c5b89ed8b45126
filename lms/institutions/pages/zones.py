"""The tree of zones: `/admin/zones`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core.db import reading
from lms.core.errors import NotFound
from lms.institutions import commands, forms, queries
from lms.institutions.domain import ZONE_KINDS, ZoneKind, may_contain
from lms.institutions.pages.institutions import FEW, pick
from lms.institutions.pages.sent_back import SentBack, write_or_send_back
from lms.institutions.queries import ZoneLine
from lms.web import current_actor, current_language

pages = Blueprint("zones", __name__, template_folder="../templates")


@pages.get("/admin/zones")
def show_zones() -> str:
    """Show all zones as a tree."""
    with reading() as session:
        tree = queries.get_zone_tree(session, current_actor(), language=current_language())
    return render_template(
        "institutions/zones.html",
        nodes=_nest(list(tree.lines)),
        total=len(tree.lines),
        is_open=len(tree.lines) <= FEW,
        kinds=_name_kinds(),
    )


def _nest(lines: list[ZoneLine]) -> list[dict[str, Any]]:
    """Return the lines as a template walks them: each with what lies directly in it."""
    top: list[dict[str, Any]] = []
    outer = lines[0].depth if lines else 0
    way: list[list[dict[str, Any]]] = [top]
    for line in lines:
        node: dict[str, Any] = {"zone": line, "name": pick(line.name), "below": []}
        del way[line.depth - outer + 1 :]
        way[line.depth - outer].append(node)
        way.append(node["below"])
    return top


def _name_kinds() -> dict[str, str]:
    return {kind.value: _(words) for kind, words in ZONE_KINDS.items()}


def _name_parents(lines: list[ZoneLine]) -> list[tuple[int, str]]:
    return [
        (line.id, "\u2003" * line.depth + pick(line.name))
        for line in lines
        if any(may_contain(ZoneKind(line.kind), kind) for kind in ZoneKind)
    ]


# --- A new one --------------------------------------------------------------------------------------


@pages.get("/admin/zones/new")
def show_new() -> str:
    """Show the form for a new zone, in `parent` or, for a country, in none."""
    return _render_new(forms.read_id(request.args.get("parent", "")), SentBack())


@pages.post("/admin/zones")
def add_zone() -> ResponseReturnValue:
    """Add a zone."""
    draft = forms.read_zone_draft(request.form)

    def write(session: Session) -> tuple[str, str]:
        id = commands.add_zone(
            session, current_actor(), draft, is_other=forms.is_other(request.form)
        )
        return _("%(name)s is added.", name=pick(draft.name)), url_for(".show_zone", zone_id=id)

    return write_or_send_back("new", write, lambda back: _render_new(draft.parent_id, back))


def _render_new(parent_id: int | None, back: SentBack) -> str:
    with reading() as session:
        lines = queries.get_zone_tree(session, current_actor(), language=current_language()).lines
    parent = next((line for line in lines if line.id == parent_id), None)
    if parent_id is not None and parent is None:
        raise NotFound
    outer = ZoneKind(parent.kind) if parent else None
    return render_template(
        "institutions/new_zone.html",
        parent=parent,
        parent_name=pick(parent.name) if parent else "",
        kinds={
            kind: words
            for kind, words in _name_kinds().items()
            if may_contain(outer, ZoneKind(kind))
        },
        back=back,
    )


# --- One of them ------------------------------------------------------------------------------------


@pages.get("/admin/zones/<int:zone_id>")
def show_zone(zone_id: int) -> str:
    """Show a zone with all that can be changed about it."""
    return _render(zone_id, SentBack())


def _render(zone_id: int, back: SentBack) -> str:
    with reading() as session:
        page = queries.get_zone_page(session, current_actor(), zone_id, language=current_language())
    zone = page.zone
    names = {line.id: pick(line.name) for line in page.lines}
    way = [int(part) for part in zone.path.split("/") if part]
    return render_template(
        "institutions/zone.html",
        page=page,
        zone=zone,
        name=pick(zone.name),
        steps=[(url_for(".show_zone", zone_id=id), names[id]) for id in way[:-1]],
        children=_nest([line for line in page.lines if line.path.startswith(zone.path)])[0][
            "below"
        ],
        parents=_name_parents([line for line in page.lines if not line.path.startswith(zone.path)]),
        holds_zones=any(may_contain(ZoneKind(zone.kind), kind) for kind in ZoneKind),
        kinds=_name_kinds(),
        back=back,
    )


def _do(
    zone_id: int, at: str, write: Callable[[Session], str], address: str | None = None
) -> ResponseReturnValue:
    """Do what the form `at` of a zone's page asks, and show the page again."""
    here = url_for(".show_zone", zone_id=zone_id)
    return write_or_send_back(
        at,
        lambda session: (write(session), address or here),
        lambda back: _render(zone_id, back),
    )


@pages.post("/admin/zones/<int:zone_id>")
def edit_zone(zone_id: int) -> ResponseReturnValue:
    """Rename it, or change its kind."""

    def write(session: Session) -> str:
        draft, is_other = forms.read_zone_draft(request.form), forms.is_other(request.form)
        commands.edit_zone(session, current_actor(), zone_id, draft, is_other=is_other)
        return _("Saved.")

    return _do(zone_id, "edit", write)


@pages.post("/admin/zones/<int:zone_id>/place")
def move_zone(zone_id: int) -> ResponseReturnValue:
    """Put it with all that lies in it into another zone."""

    def write(session: Session) -> str:
        commands.move_zone(
            session,
            current_actor(),
            zone_id,
            forms.read_id(request.form.get("parent", "")),
            is_other=forms.is_other(request.form),
        )
        return _("Moved, with all that lies in it.")

    return _do(zone_id, "move", write)


@pages.post("/admin/zones/<int:zone_id>/deletion")
def delete_zone(zone_id: int) -> ResponseReturnValue:
    """Delete it, if nothing lies in it."""

    def write(session: Session) -> str:
        commands.delete_zone(session, current_actor(), zone_id)
        return _("Deleted.")

    return _do(zone_id, "delete", write, url_for(".show_zones"))
