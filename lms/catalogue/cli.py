"""`flask courses`: the authors' tools."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from lms.catalogue import commands
from lms.catalogue.commands import LoadReport, Outcome
from lms.catalogue.course_files import list_neighbours, read_course
from lms.catalogue.domain import Course, Fault, list_prerequisite_faults
from lms.catalogue.errors import FaultyCourse, FilesInTheWay
from lms.catalogue.kinds import kinds
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import NotFound
from lms.core.i18n import Message
from lms.core.permissions import SYSTEM

courses = AppGroup("courses", help="Check, load and export course files.")

FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def terminal_language() -> str:
    """Return the interface language that the terminal asks for; English unless it is French."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "fr" if (wanted or "").lower().startswith("fr") else "en"


def translate(message: Message) -> str:
    """Return the message, and those within it, in the language in force."""
    params = {
        name: translate(value) if isinstance(value, Message) else value
        for name, value in message.params.items()
    }
    return _(message.text, **params)


def show(faults: Iterable[Fault], kind: str = "") -> None:
    """Write each as `file:line: message`, where an editor finds it."""
    for fault in faults:
        prefix = f"{kind}: " if kind else ""
        click.echo(f"{fault.path}:{fault.line}: {prefix}{translate(fault.message)}", err=True)


def read(path: Path) -> Course:
    """Read course files for all registered kinds."""
    registry = kinds()
    return read_course(path, registry.by_name, registry.parts)


@courses.command("check")
@click.argument("path", type=FOLDER)
def check(path: Path) -> None:
    """Read the courses, the programme or the module in PATH and list every fault.

    Nothing is written. Ends with 1 if there is a fault; a warning is none.
    """
    with force_locale(terminal_language()):
        course = read(path)
        faults = [*course.faults, *list_prerequisite_faults(course.modules, list_neighbours(path))]
        show(faults)
        show(course.warnings, _("warning"))
        if faults:
            click.echo(ngettext("%(num)s fault.", "%(num)s faults.", len(faults)), err=True)
            sys.exit(1)
        count = len(course.modules)
        click.echo(ngettext("%(num)s module, no fault.", "%(num)s modules, no fault.", count))


@courses.command("load")
@click.argument("path", type=FOLDER)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def load(path: Path, dry_run: bool) -> None:
    """Publish what is new in the courses, the programme or the module in PATH.

    Loading the same files again changes nothing, and what learners have done is never touched. If there is a fault,
    nothing is loaded and the command ends with 1.
    """
    with force_locale(terminal_language()):
        course = read(path)
        try:
            with unit_of_work(dry_run=dry_run) as session:
                report = commands.load_course(session, SYSTEM, course, now=clock.now())
        except FaultyCourse as refusal:
            show(refusal.faults)
            show(course.warnings, _("warning"))
            click.echo(translate(refusal.message), err=True)
            sys.exit(1)
        show(report.warnings, _("warning"))
        tell(report)
        if dry_run:
            click.echo(_("A dry run: nothing was changed."))


def tell(report: LoadReport) -> None:
    """Write what became of each module."""
    for module in report.modules:
        params = {"slug": module.slug, "version": module.version}
        match module.outcome:
            case Outcome.NEW:
                click.echo(_("%(slug)s: new, version %(version)s.", **params))
            case Outcome.UPDATED:
                click.echo(_("%(slug)s: changed, now version %(version)s.", **params))
            case Outcome.UNCHANGED:
                click.echo(_("%(slug)s: unchanged, version %(version)s.", **params))


@courses.command("export")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@click.option("--module", "slug", metavar="SLUG", help="Only this module.")
def export(path: Path, slug: str | None) -> None:
    """Write every published module, or one, below the folder PATH as course files.

    A file that is there and says something else is not overwritten: then nothing is written.
    """
    with force_locale(terminal_language()):
        try:
            with reading() as session:
                writer = commands.export_courses(session, SYSTEM, slug)
        except NotFound as refusal:
            raise click.ClickException(translate(refusal.message)) from None
        in_the_way = writer.list_in_the_way(path)
        if in_the_way:
            obstacle = FilesInTheWay(paths=", ".join(map(str, in_the_way)))
            raise click.ClickException(translate(obstacle.message))
        for file in writer.save(path):
            click.echo(file)
