"""`flask people …`: people from the command line, the first administrator too."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from lms.accounts import commands, queries
from lms.accounts.domain import NEW, Candidate, Outcome, PersonDetails, PlannedLine, parse_name
from lms.accounts.people_files import read_people_list
from lms.core import clock
from lms.core.cli import SentenceErrors, say
from lms.core.db import unit_of_work
from lms.core.i18n import N_, Message
from lms.core.permissions import SYSTEM, Role

SAME_NAME = N_(
    "Somebody of this name is there already: %(names)s. Give the user name or the e-mail address, "
    "or import with --same-name new."
)

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


@people.command("import", cls=SentenceErrors)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--institution", "key", help="Key of the institution of lines that name none.")
@click.option("--same-name", type=click.Choice(["refuse", "new"]), default="refuse", show_default=True,
              help="What to do with a line whose name somebody has already.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def import_people(
    file: Path, key: str | None, same_name: str, dry_run: bool, as_json: bool
) -> None:
    """Bring in the people of FILE, a CSV or XLSX table with a row for each, in one transaction.

    Its columns are given_names, family_names, name_order, email, login, language, institution (a key), member_type,
    sex, age_band and started_on, or their French names. What is right is brought in, what is wrong is listed with its
    line. Who is there already is left as he or she is, so that the same file may be imported again. Who has no e-mail
    address gets a user name; nobody has a password until a slip is printed.

    \b
    The JSON has these keys, and future versions only add to them:
      total      how many rows the file has; each of them is in one of the lists
      imported   names of new people
      changed    item (the name); line; how (joins, claim-confirmed, seat-changed or unchanged)
      refused    item; line; reason
      accounts   item; line; login (what each new person signs in with)
    """
    now = clock.now()
    with unit_of_work(dry_run=dry_run) as session:
        found = read_people_list(file.read_bytes(), today=now.date())
        place_id = queries.get_place_id(session, key, today=now.date()) if key else None
        choices: dict[int, str] = {}
        if same_name == NEW:
            planned = queries.plan_people(
                session, SYSTEM, place_id, found.lines, {}, today=now.date()
            )
            choices = {one.line.line: NEW for one in planned if one.outcome is Outcome.UNDECIDED}
        done = commands.bring_in_people(
            session, SYSTEM, place_id, found.lines, choices, may_leave_undecided=True, now=now
        )
    if as_json:
        click.echo(json.dumps(_to_json(done.planned), ensure_ascii=False, indent=2))
        return
    for heading in found.unknown_headings:
        click.echo(f"{file.name}:1: {heading}: this column is not read")
    for one in done.planned:
        told = one.login or one.line.email if one.outcome is Outcome.NEW else say(_reason(one))
        click.echo(f"{file.name}:{one.line.line}: {one.line.name.written}: {told}")
    refused = done.count(Outcome.REFUSED, Outcome.UNDECIDED)
    new, same = done.count(Outcome.NEW), done.count(Outcome.UNCHANGED)
    click.echo(
        f"{len(done.planned)} rows: {new} new, {len(done.planned) - new - same - refused} changed, "
        f"{same} as they were, {refused} refused."
        + (" Nothing was changed: this was a dry run." if dry_run else "")
    )


def _sign_of(candidate: Candidate) -> str:
    sign = candidate.login or candidate.email or candidate.key.replace("-", " ")
    return f"{candidate.name} ({sign})"


def _reason(one: PlannedLine) -> Message:
    if one.outcome is Outcome.UNDECIDED:
        return Message(SAME_NAME, {"names": ", ".join(map(_sign_of, one.candidates))})
    assert one.reason is not None, "what is not new has a reason"
    return one.reason


def _to_json(planned: Sequence[PlannedLine]) -> dict[str, Any]:
    """Return the report of `flask institutions import`: every row is in exactly one of three lists."""
    new = [one for one in planned if one.outcome is Outcome.NEW]
    refused = [one for one in planned if one.outcome in {Outcome.REFUSED, Outcome.UNDECIDED}]
    return {
        "total": len(planned),
        "imported": [one.line.name.written for one in new],
        "changed": [
            {"item": one.line.name.written, "line": one.line.line, "how": one.outcome.value}
            for one in planned
            if one.outcome not in {Outcome.NEW, Outcome.REFUSED, Outcome.UNDECIDED}
        ],
        "refused": [
            {"item": one.line.name.written, "line": one.line.line, "reason": say(_reason(one))}
            for one in refused
        ],
        "accounts": [
            {
                "item": one.line.name.written,
                "line": one.line.line,
                "login": one.login or one.line.email,
            }
            for one in new
        ],
    }
