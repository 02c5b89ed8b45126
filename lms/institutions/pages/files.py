"""Both trees as files: downloads, a template to begin with, and uploads with a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from lms.core.db import reading, unit_of_work
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.core.spreadsheets import write_csv
from lms.institutions import commands, forms, queries
from lms.institutions.commands import INSTITUTION_COLUMNS, ZONE_COLUMNS
from lms.institutions.domain import ImportReport
from lms.institutions.errors import PreviewOutdated
from lms.web import current_actor, send_download

pages = Blueprint("institution_files", __name__, template_folder="../templates")

CSV = "text/csv; charset=utf-8"
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"

COLUMNS = {
    "parent": N_("place in the tree"),
    "kind": N_("kind"),
    "zone": N_("zone"),
    "name_fr": N_("name in French"),
    "name_en": N_("name in English"),
    "seats": N_("seats"),
}


@dataclass(frozen=True, slots=True)
class Sort:
    """What differs between the files of institutions and those of zones."""

    name: str
    columns: Sequence[str]
    read: Callable[[Session, Actor, bytes], ImportReport]
    rows: Callable[[Session, Actor], Sequence[Sequence[str]]]
    # Refuses those who may not.
    require: Callable[[Actor], None]
    # Where the tree is shown.
    endpoint: str


SORTS = {
    "institutions": Sort(
        "institutions",
        INSTITUTION_COLUMNS,
        commands.import_institutions,
        queries.list_institution_rows,
        queries.require_administrator,
        "institutions.show_tree",
    ),
    "zones": Sort(
        "zones",
        ZONE_COLUMNS,
        commands.import_zones,
        queries.list_zone_rows,
        queries.require_site_administrator,
        "zones.show_zones",
    ),
}


@pages.get("/admin/institutions.csv", defaults={"sort": "institutions"})
@pages.get("/admin/zones.csv", defaults={"sort": "zones"})
def export_rows(sort: str) -> Response:
    """Give a tree as a table that can be edited and imported again."""
    chosen = SORTS[sort]
    with reading() as session:
        rows = chosen.rows(session, current_actor())
    response = send_download(write_csv(chosen.columns, rows), f"{sort}.csv", CSV)
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/admin/institutions/example.csv", defaults={"sort": "institutions"})
@pages.get("/admin/zones/example.csv", defaults={"sort": "zones"})
def give_example(sort: str) -> Response:
    """Give a file to begin with: an invented electoral body with regions, cercles, communes and embassies."""
    SORTS[sort].require(current_actor())
    return send_download((EXAMPLES / f"{sort}.csv").read_bytes(), f"example-{sort}.csv", CSV)


@pages.get("/admin/institutions/import", defaults={"sort": "institutions"})
@pages.get("/admin/zones/import", defaults={"sort": "zones"})
def show_import(sort: str) -> str:
    """Show what a file must look like, and a form to send one."""
    SORTS[sort].require(current_actor())
    return _render(SORTS[sort])


@pages.post("/admin/institutions/import", defaults={"sort": "institutions"})
@pages.post("/admin/zones/import", defaults={"sort": "zones"})
def preview_import(sort: str) -> ResponseReturnValue:
    """Show what a file would do, and change nothing yet."""
    chosen = SORTS[sort]
    file = request.files.get("file")
    content = file.read() if file else b""
    try:
        with unit_of_work(dry_run=True) as session:
            report = chosen.read(session, current_actor(), content)
    except Invalid as refusal:
        return _render(chosen, refusal=refusal.message), 422
    return _render(chosen, report, content)


@pages.post("/admin/institutions/import/apply", defaults={"sort": "institutions"})
@pages.post("/admin/zones/import/apply", defaults={"sort": "zones"})
def apply_import(sort: str) -> ResponseReturnValue:
    """Do what was shown, or show again what the file would do by now."""
    chosen = SORTS[sort]
    chosen.require(current_actor())
    try:
        content = forms.unpack_file(request.form.get("content", ""))
        with unit_of_work() as session:
            report = chosen.read(session, current_actor(), content)
            if forms.hash_report(report) != request.form.get("preview"):
                raise PreviewOutdated
    except PreviewOutdated as refusal:
        return _render(chosen, report, content, refusal.message), 409
    except (Invalid, Conflict) as refusal:
        return _render(chosen, refusal=refusal.message), 422
    written = len(report.imported) + len(report.changed) - report.unchanged
    flash(ngettext("%(num)s row is imported.", "%(num)s rows are imported.", written), "success")
    return redirect(url_for(chosen.endpoint))


def _render(
    sort: Sort,
    report: ImportReport | None = None,
    content: bytes = b"",
    refusal: Message | None = None,
) -> str:
    return render_template(
        "institutions/import.html",
        sort=sort,
        report=report,
        changes=[
            (change.item, [_(COLUMNS[column]) for column in change.columns])
            for change in report.changed
            if change.columns
        ]
        if report
        else [],
        content=forms.pack_file(content) if report else "",
        preview=forms.hash_report(report) if report else "",
        refusal=refusal,
    )
