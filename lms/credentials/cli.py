"""`flask credentials …`: what an operator does with certificates."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lms.core import clock
from lms.core.db import unit_of_work
from lms.credentials import commands

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
