"""`flask institutions …`: both trees from a file, and into one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from lms.core.cli import SentenceErrors, say
from lms.core.db import unit_of_work
from lms.core.permissions import SYSTEM, Actor
from lms.institutions import commands
from lms.institutions.domain import ImportReport

institutions = AppGroup("institutions", help="Institutions, their branches and their places.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what both imports take."""
    command = click.option("--json", "as_json", is_flag=True, help="One JSON object.")(command)
    command = click.option(
        "--dry-run", is_flag=True, help="Show what would change, and change nothing."
    )(command)
    return click.argument("file", type=FILE)(command)


@institutions.command("import", cls=SentenceErrors)
@_with_options
def import_institutions(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Add and change institutions as FILE says, a CSV or XLSX table with a row for each.

    Its columns are key, parent, kind, zone, name_fr, name_en and seats (such as party:2;civil-society:1); only key is
    always needed. What is right is imported, what is wrong is listed with its line; nothing is deleted.

    \b
    The JSON has these keys, and future versions only add to them:
      total      how many rows the file has; each of them is in one of the lists
      imported   keys of new institutions
      changed    item (the key); how (the columns that differed, or "unchanged")
      refused    item; line; reason
    """
    _import(file, commands.import_institutions, dry_run=dry_run, as_json=as_json)


@institutions.command("import-zones", cls=SentenceErrors)
@_with_options
def import_zones(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Add and change zones as FILE says, a CSV or XLSX table with the columns key, parent, kind, name_fr and name_en.

    The kinds are country, region, cercle, commune and embassy. The report is that of `flask institutions import`.
    """
    _import(file, commands.import_zones, dry_run=dry_run, as_json=as_json)


def _import(
    file: Path,
    command: Callable[[Session, Actor, bytes], ImportReport],
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    with unit_of_work(dry_run=dry_run) as session:
        report = command(session, SYSTEM, file.read_bytes())
    if as_json:
        click.echo(json.dumps(_to_json(report), ensure_ascii=False, indent=2))
        return
    for key in report.imported:
        click.echo(f"{key}: new")
    for change in report.changed:
        if change.columns:
            click.echo(f"{change.item}: {change.how}")
    for refused in report.refused:
        click.echo(f"{file.name}:{refused.line}: {refused.item}: {say(refused.reason)}")
    click.echo(
        f"{report.total} rows: {len(report.imported)} new, {len(report.changed) - report.unchanged} changed, "
        f"{report.unchanged} as they were, {len(report.refused)} refused."
        + (" Nothing was changed: this was a dry run." if dry_run else "")
    )


def _to_json(report: ImportReport) -> dict[str, Any]:
    return {
        "total": report.total,
        "imported": list(report.imported),
        "changed": [{"item": change.item, "how": change.how} for change in report.changed],
        "refused": [
            {"item": refused.item, "line": refused.line, "reason": say(refused.reason)}
            for refused in report.refused
        ],
    }
