"""`flask people …`: people from the command line, the first administrator too."""

from __future__ import annotations

import secrets

import click
from flask.cli import AppGroup

from lms.accounts import commands
from lms.accounts.domain import PersonDetails, parse_name
from lms.core import clock
from lms.core.cli import SentenceErrors
from lms.core.db import unit_of_work
from lms.core.permissions import SYSTEM, Role

people = AppGroup("people", help="People who can sign in.")


@people.command("create", cls=SentenceErrors)
@click.argument("login")
@click.option(
    "--name",
    required=True,
    help="“Given Family”, or “Family, Given” to show the family name first.",
)
@click.option("--email", help="E-mail address; needless if LOGIN is one.")
@click.option("--password", help="At least 10 characters; left out, one is made and printed.")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]),
              help="A role on the whole site; may be repeated.")  # fmt: skip
@click.option("--language", help="Language of the interface, such as fr.")
def create(
    login: str,
    name: str,
    email: str | None,
    password: str | None,
    roles: tuple[str, ...],
    language: str | None,
) -> None:
    """Create one person, who signs in with LOGIN: a user name or an e-mail address."""
    is_address = "@" in login
    chosen = password or secrets.token_urlsafe(12)
    details = PersonDetails(
        login=None if is_address else login,
        email=login if is_address else email,
        name=parse_name(name),
        password=chosen,
        language=language,
    )
    with unit_of_work() as session:
        commands.create_person(
            session, SYSTEM, details, [Role(role) for role in roles], now=clock.now()
        )
    click.echo(f"{login}: created.")
    if password is None:
        click.echo(f"Password: {chosen}")
