"""`flask demo load`: people to try with. It uses the rooms' doors, as an edge does."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from config import BadSetting
from lms import accounts, credentials, institutions
from lms.accounts.domain import DEMO_PASSWORD, DEMO_PEOPLE, PersonDetails
from lms.core import clock, migrations
from lms.core.db import unit_of_work
from lms.core.permissions import SITE, SYSTEM, Role, Scope, ScopeKind

demo = AppGroup("demo", help="People to try with; in demo mode alone.")

ROLES = {
    "trainer@example.org": Role.TRAINER,
    "officer@example.org": Role.OFFICER,
    "facilitator@example.org": Role.FACILITATOR,
    "admin@example.org": Role.ADMINISTRATOR,
}


def refuse_demo_people(app: Flask) -> None:
    """Raise `BadSetting` where the demo people could sign in to a service that is no demo."""
    database = app.extensions["database"]
    if app.extensions["config"].demo or not migrations.has_tables(database):
        return
    with database.reading() as session:
        if accounts.has_demo_people(session):
            raise BadSetting(
                "this database has the demo people, whose password everybody knows. "
                "Use a fresh DATABASE_URL, or set DEMO=1."
            )


@demo.command("load")
def load() -> None:
    """Create the demo people, their invented institution and the signing keys; what is there is left as it is."""
    config = current_app.extensions["config"]
    if not config.demo:
        raise click.ClickException("Demo people are created in demo mode alone: set DEMO=1.")
    now = clock.now()
    with unit_of_work() as session:
        institution_id = institutions.create_institution(
            session,
            "demo-commission",
            {
                "fr": "Commission électorale de démonstration",
                "en": "Demonstration Electoral Commission",
            },
        )
        for person in DEMO_PEOPLE:
            if accounts.find_person_id(session, person.email) is not None:
                continue
            details = PersonDetails(None, person.email, person.name, DEMO_PASSWORD)
            person_id = accounts.create_person(session, SYSTEM, details, now=now)
            accounts.confirm_membership(session, SYSTEM, person_id, institution_id, now=now)
            if role := ROLES.get(person.email):
                scope = (
                    Scope(ScopeKind.INSTITUTION, institution_id) if role is Role.OFFICER else SITE
                )
                accounts.grant_role(session, SYSTEM, person_id, role, scope, now=now)
            click.echo(f"{person.email}: created.")
        for key_id in credentials.make_missing_keys(session, now=now):
            click.echo(f"Signing key {key_id}: made.")
