"""`flask credentials …`: what an operator does with certificates."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.cli import SentenceErrors
from lms.core.db import unit_of_work
from lms.core.i18n import INTERFACE_LANGUAGES
from lms.core.permissions import SYSTEM
from lms.credentials import commands

# Files a certificate has at most.
MOST_LANGUAGES = len(INTERFACE_LANGUAGES)

credentials = AppGroup("credentials", help="Certificates and their documents.")


@credentials.command("make-missing")
@click.option("--dry-run", is_flag=True, help="Say how many, and ask for none.")
def make_missing(dry_run: bool) -> None:
    """Ask the workers again for every document that is missing, after a failure was mended."""
    with unit_of_work(dry_run=dry_run) as session:
        count = commands.ask_for_documents(session, now=clock.now())
    click.echo(
        f"Certificates whose missing documents {'would be' if dry_run else 'are'} asked for: {count}"
    )


@credentials.command("erase", cls=SentenceErrors)
@click.argument("number")
@click.option("--dry-run", is_flag=True, help="Show what would be erased, and erase nothing.")
def erase(number: str, dry_run: bool) -> None:
    """Erase the holder's name from the certificate NUMBER and its corrections, and remove their files.

    The fact, the number and the fingerprints stay. There is no way back, and a printed code cannot be recalled.
    """
    with unit_of_work(dry_run=dry_run) as session:
        numbers = commands.erase_holder(session, SYSTEM, number=number, now=clock.now())
    for erased in numbers:
        click.echo(f"{erased}: {'would be erased' if dry_run else 'erased'}.")
    if not numbers:
        click.echo(f"{number}: its name was erased before.")
    if dry_run:
        return
    try:
        with unit_of_work() as session:
            commands.remove_erased_files(session, limit=len(numbers) * MOST_LANGUAGES)
    except OSError as error:
        click.echo(f"Its files could not be removed yet; the workers try again: {error.strerror}")
