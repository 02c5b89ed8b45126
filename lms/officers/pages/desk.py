"""The desk itself: places, branches and seats, `/institution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.core.spreadsheets import write_csv
from lms.officers import policy, queries
from lms.officers.domain import ACTIVE_FOR, PEOPLE_A_PAGE, STUCK_AFTER
from lms.officers.pages.frame import list_ways, render_desk
from lms.officers.queries import ModuleChoice, SeatsPage
from lms.officers.views import name_modules, read_page
from lms.web import current_actor, current_language, send_download

pages = Blueprint("officers", __name__, template_folder="../templates")

CSV = "text/csv; charset=utf-8"


@pages.app_context_processor
def tell_who_keeps_a_desk() -> dict[str, Callable[..., object]]:
    """Let the layout ask whether to lead somebody here, and every page of a desk where the desk leads."""
    return {"keeps_desk": policy.keeps_desk, "desk_ways": list_ways}


def _pick(texts: Mapping[str, str]) -> str:
    return pick_text(texts, current_language())


@pages.get("/institution")
def choose_desk() -> ResponseReturnValue:
    """Go to the reader's institution, or let the reader choose among several."""
    with reading() as session:
        desks = queries.list_desks(session, current_actor())
    if len(desks) == 1:
        return redirect(url_for(".show_place", institution_id=desks[0].id))
    named = sorted((_pick(desk.name), desk.id) for desk in desks)
    return render_template("officers/desks.html", desks=named)


@pages.get("/institution/<int:institution_id>")
def show_place(institution_id: int) -> str:
    """Show a place in figures, with its direct branches and what needs attention."""
    with reading() as session:
        overview = queries.get_overview(session, current_actor(), institution_id, now=clock.now())
    return render_desk(
        "officers/overview.html",
        overview.place,
        total=overview.total,
        here_counts=overview.here,
        branches=sorted(
            ((_pick(name.name), name, counts) for name, counts in overview.branches),
            key=lambda line: (line[0].casefold(), line[1].id),
        ),
        claims=overview.claims,
        newest=[(one, _pick(one.module_title)) for one in overview.newest],
        unenrolled=len(overview.unenrolled),
        untrained=len(overview.untrained),
        days={"active": ACTIVE_FOR.days, "stuck": STUCK_AFTER.days},
    )


# --- Seats ------------------------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/seats")
def show_seats(institution_id: int) -> str:
    """Show which seats are filled, and where nobody is trained."""
    seats = _get_seats(institution_id)
    page = read_page(request.args.get("page", ""))
    last = max(1, -(-len(seats.branches) // PEOPLE_A_PAGE))
    page = min(page, last)
    shown = seats.branches[(page - 1) * PEOPLE_A_PAGE : page * PEOPLE_A_PAGE]
    return render_desk(
        "officers/seats.html",
        seats.place,
        seats=seats,
        branches=[
            (
                branch.branch,
                _pick(branch.branch.name),
                branch.coverage,
                [(_pick(line.name), line.coverage) for line in branch.lines],
            )
            for branch in shown
        ],
        modules=name_modules(seats.modules),
        module_title=_name_module(seats.module),
        asked_for=_write_asked(seats),
        page=page,
        pages=last,
    )


@pages.get("/institution/<int:institution_id>/seats.csv")
def export_seats(institution_id: int) -> Response:
    """Give the same lines, of all pages, as a table for spreadsheets."""
    seats = _get_seats(institution_id)
    content = write_csv(
        [
            _("Institution number"),
            _("Institution"),
            _("Type of member"),
            _("Seats"),
            _("Filled"),
            _("Members without a seat"),
            _("Trained"),
            _("Nobody trained"),
        ],
        (
            [
                branch.branch.id,
                _pick(branch.branch.name),
                _pick(line.name),
                line.coverage.seats,
                line.coverage.filled,
                line.coverage.surplus,
                line.coverage.trained_seats,
                _("yes") if line.coverage.is_gap else _("no"),
            ]
            for branch in seats.branches
            for line in branch.lines
        ),
    )
    return keep_private(
        send_download(content, f"seats-{seats.place.id}-{clock.now():%Y-%m-%d}.csv", CSV)
    )


def _get_seats(institution_id: int) -> SeatsPage:
    with reading() as session:
        return queries.get_seats(
            session,
            current_actor(),
            institution_id,
            module_slug=request.args.get("module", ""),
            only_gaps=request.args.get("only") == "gaps",
            now=clock.now(),
        )


def _name_module(module: ModuleChoice | None) -> str:
    if module is None:
        return ""
    return pick_text(module.title, current_language(), module.source_language)


def _write_asked(seats: SeatsPage) -> dict[str, Any]:
    asked = {
        "module": seats.module.slug if seats.module else "",
        "only": "gaps" if seats.only_gaps else "",
    }
    return {name: value for name, value in asked.items() if value}


def keep_private(response: Response) -> Response:
    """Return an answer that no cache on the way keeps: it says who is where."""
    response.headers["Cache-Control"] = "no-store"
    return response
