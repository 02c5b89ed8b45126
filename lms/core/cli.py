"""`flask database …`, and how every command tells a refusal: in a sentence, with exit code 1."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale, gettext

from lms.core import migrations
from lms.core.errors import Refusal
from lms.core.i18n import INTERFACE_LANGUAGES, Message

database = AppGroup("database", help="The tables and their migrations.")


def terminal_language() -> str:
    """Return `fr` where the environment's locale is French, else `en`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "")[:2].lower()
        if code in INTERFACE_LANGUAGES:
            return code
    return "en"


@contextmanager
def in_terminal_language() -> Iterator[None]:
    """Translate into the language of the terminal."""
    with force_locale(terminal_language()):
        yield


def say(message: Message) -> str:
    """Return `message` in the language of the terminal."""
    with in_terminal_language():
        return gettext(message.text, **message.params)


class SentenceErrors(click.Command):
    """A command whose refusals are sentences: the fields at fault, one a line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            lines = [say(refusal.message)]
            lines += [f"  {field}: {say(message)}" for field, message in refusal.fields.items()]
            raise click.ClickException("\n".join(lines)) from refusal


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to the newest migration, the jobs' tables too."""
    migrations.upgrade(current_app.extensions["database"])
    for follow_up in current_app.extensions["after_upgrade"]:
        follow_up()


@database.command("is-empty")
def is_empty() -> None:
    """Exit with 0 if no person exists yet, else with 1."""
    raise SystemExit(0 if migrations.is_empty(current_app.extensions["database"]) else 1)


@database.command("check")
def check() -> None:
    """Run every migration up, down and up again on DATABASE_URL, and compare with the models.

    For an empty throw-away database; another is refused.
    """
    migrations.check(current_app.extensions["database"])
    click.echo("Migrations: up, down, up, and nothing differs from the models.")
