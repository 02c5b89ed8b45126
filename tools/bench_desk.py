"""Measure an officer's desk: `bench_desk.py`, on SQLite or on an empty --database.

It fills the database with an institution of 100 people in 10 branches, and another of 10,000 in 500, opens each
page of both a few times, and tells how long the server took, and in how many queries.
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_people import CannotFill, database_of, name_database, opened, write_course
from desk_people import Desk, fill_desk
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from lms import accounts, catalogue
from lms.core import clock, migrations
from lms.core.permissions import SYSTEM, Role, Scope, ScopeKind

SIZES = ((100, 10), (10_000, 500))
ROUNDS = 7
PAGES = (
    "/institution/{whole}",
    "/institution/{whole}/people",
    "/institution/{whole}/people?state=stuck&sort=quiet",
    "/institution/{whole}/people.csv",
    "/institution/{whole}/people/{person}",
    "/institution/{whole}/seats",
    "/institution/{whole}/seats?only=gaps",
)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the queries that the block makes."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            statements.append(statement)

    engine = database_of(app).engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def fill(app: Flask) -> list[tuple[Desk, int]]:
    """Make the tables and an institution of each size; return them with their officers. Raises `CannotFill`."""
    database = database_of(app)
    try:
        is_used = migrations.has_tables(database)
    except OperationalError as error:
        raise CannotFill(f"The database cannot be used: {error.orig}") from error
    if is_used:
        raise CannotFill("This database holds tables already; a benchmark needs an empty one.")
    now = clock.now()
    desks = []
    with app.app_context(), tempfile.TemporaryDirectory() as name:
        write_course(Path(name))
        migrations.upgrade(database)
        for follow_up in app.extensions["after_upgrade"]:
            follow_up()
        with database.unit_of_work() as session:
            catalogue.load_courses(session, SYSTEM, Path(name), now=now)
            for people, branches in SIZES:
                desk = fill_desk(session, people=people, branches=branches, now=now)
                details = accounts.PersonDetails(
                    f"officer{people}", None, accounts.PersonName("Awa", "Traoré"), None
                )
                officer_id = accounts.create_person(session, SYSTEM, details, now=now)
                scope = Scope(ScopeKind.INSTITUTION, desk.institution_id)
                accounts.grant_role(session, SYSTEM, officer_id, Role.OFFICER, scope, now=now)
                desks.append((desk, officer_id))
    return desks


def measure(app: Flask, desk: Desk, officer_id: int, page: str) -> tuple[float, int]:
    """Return the median of a page's milliseconds, and its queries without the one that loads the reader."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = f"{officer_id}.0"
    address = page.format(whole=desk.institution_id, person=desk.person_id)
    times = []
    for _round in range(ROUNDS):
        with counted(app) as statements:
            began = time.perf_counter()
            reply = client.get(address)
            times.append(1000 * (time.perf_counter() - began))
        if reply.status_code != 200:
            raise CannotFill(f"{address} answered {reply.status_code}.")
    return statistics.median(times), len(statements) - 1


def run(database_url: str | None) -> None:
    """Fill, measure, and print a table."""
    with tempfile.TemporaryDirectory() as name:
        settings = {
            "DEMO": "1",
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATABASE_URL": database_url or f"sqlite:///{name}/desk.sqlite",
            "FILES_URL": (Path(name) / "files").as_uri(),
            "KEYS_FOLDER": f"{name}/keys",
        }
        with opened(settings) as app:
            desks = fill(app)
            print(f"An officer's desk, {name_database(app)}: median of {ROUNDS}, in ms")
            heads = [f"{people:,} in {branches}" for people, branches in SIZES]
            print(f"{'':<52}{heads[0]:>18}{heads[1]:>18}{'queries':>12}")
            for page in PAGES:
                found = [measure(app, desk, officer_id, page) for desk, officer_id in desks]
                cells = "".join(f"{took:>18.0f}" for took, _queries in found)
                queries = " and ".join(str(count) for count in sorted({one for _, one in found}))
                print(f"{page:<52}{cells}{queries:>12}")


def main() -> int:
    """Return 0, or 1 with the reason why nothing was measured."""
    parser = argparse.ArgumentParser(description="Measure an officer's desk.")
    parser.add_argument("--database", default=os.environ.get("BENCH_DATABASE_URL"))
    arguments = parser.parse_args()
    try:
        run(arguments.database)
    except CannotFill as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
