"""`flask demo load`: people to try with. It uses the rooms' doors, as an edge does."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from config import BadSetting
from lms import accounts, catalogue, credentials, institutions, learning
from lms.accounts.domain import DEMO_PASSWORD, DEMO_PEOPLE, PersonDetails, PersonName
from lms.core import clock, migrations
from lms.core.db import unit_of_work
from lms.core.permissions import SITE, SYSTEM, Actor, Role, Scope, ScopeKind
from lms.credentials.domain import RevocationReason

demo = AppGroup("demo", help="People to try with; in demo mode alone.")

FILES = Path(__file__).with_name("demo_files")
COMMISSION = "demo-commission"
# Its staff belong to it since then.
BROUGHT_IN_BEFORE = timedelta(days=200)
# What its people study: of the product's own course.
MODULE, LESSON, TEST = "voter-registration", "methods", "methods-test"

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
        institutions.import_zones(session, SYSTEM, _read("zones"))
        institutions.import_institutions(session, SYSTEM, _read("institutions"))
        commission = institutions.find_institution_by_key(session, COMMISSION)
        assert commission is not None
        for key_id in credentials.make_missing_keys(session, now=now):
            click.echo(f"Signing key {key_id}: made.")
        _make_people_to_be(session, commission.id, now=now)
    with unit_of_work() as session:
        _make_staff(session, commission.id, now=now)


def _read(name: str) -> bytes:
    return (FILES / f"{name}.csv").read_bytes()


def _make_people_to_be(session: Session, commission_id: int, *, now: datetime) -> None:
    """Create those as whom a visitor signs in."""
    for person in DEMO_PEOPLE:
        if accounts.find_person_id(session, person.email) is not None:
            continue
        details = PersonDetails(None, person.email, person.name, DEMO_PASSWORD)
        person_id = accounts.create_person(session, SYSTEM, details, now=now)
        accounts.confirm_membership(session, SYSTEM, person_id, commission_id, now=now)
        if role := ROLES.get(person.email):
            scope = Scope(ScopeKind.INSTITUTION, commission_id) if role is Role.OFFICER else SITE
            accounts.grant_role(session, SYSTEM, person_id, role, scope, now=now)
        click.echo(f"{person.email}: created.")


def _make_staff(session: Session, commission_id: int, *, now: datetime) -> None:
    """Bring in the commission's staff and let them stand at different points of the module; nothing the second time."""
    listed = accounts.read_people_list(_read("people"), today=now.date())
    if accounts.find_person_id(session, listed.lines[0].login or "") is not None:
        return
    accounts.bring_in_people(
        session, SYSTEM, commission_id, listed.lines, {}, now=now - BROUGHT_IN_BEFORE
    )
    if not any(card.slug == MODULE for card in catalogue.list_modules(session, language="fr")):
        # No course is loaded.
        return
    certified = []
    for number, line in enumerate(listed.lines):
        person_id = accounts.find_person_id(session, line.login or "")
        # The longest ago first; every fifth has not enrolled yet.
        steps = number % 5
        if person_id is None or steps == 4:
            continue
        started_at = now - timedelta(days=4 * (len(listed.lines) - number))
        _study(session, person_id, line.name, steps, at=started_at)
        if steps == 3:
            certified.append((Actor(person_id), line.name))
    _let_things_happen(session, certified, now=now)


def _let_things_happen(
    session: Session, certified: list[tuple[Actor, PersonName]], *, now: datetime
) -> None:
    """Withdraw a certificate, correct one, and let somebody ask for a correction."""
    numbers = [credentials.list_credentials(session, actor)[0].number for actor, _name in certified]
    credentials.revoke_credential(
        session, SYSTEM, numbers[0], RevocationReason.ISSUED_IN_ERROR, note="Demo", now=now
    )
    asked = [
        credentials.ask_for_correction(
            session,
            actor,
            number,
            PersonName(f"{name.given_names} Zoé", name.family_names),
            in_capitals=False,
            reason="Il manque mon second prénom, Zoé.",
            now=now,
        )
        for (actor, name), number in zip(certified[1:3], numbers[1:3], strict=True)
    ]
    credentials.answer_correction(
        session, SYSTEM, numbers[1], asked[0], is_granted=True, answer="C’est fait.", now=now
    )


def _study(session: Session, person_id: int, name: PersonName, steps: int, *, at: datetime) -> None:
    """Enrol somebody, and go so many steps: read, sat, passed, with the name confirmed."""
    actor = Actor(person_id)
    enrolment_id = learning.enrol(session, actor, MODULE, language="fr", now=at).id
    if steps:
        learning.record_result(
            session, enrolment_id, LESSON, passed=True, score=None, now=at + timedelta(days=1)
        )
    if steps > 1:
        score = Fraction(4 + steps, 10)
        learning.record_result(
            session, enrolment_id, TEST, passed=steps > 2, score=score, now=at + timedelta(days=2)
        )
    if steps > 2:
        accounts.confirm_name(session, actor, name, in_capitals=False, now=at + timedelta(days=2))
