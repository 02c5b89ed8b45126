"""Who may do what: every address × role × one's own and another institution's object, pages and API.

Two learners of two institutions have the same things. Each role asks for the first one's (`own`: it
is the learner's, and of the officer's institution) and for the second one's (`other`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from lms.accounts import policy as account_policy
from lms.accounts.commands import create_token
from lms.accounts.domain import PersonName, TokenScope
from lms.catalogue import policy as catalogue_policy
from lms.catalogue.models import CourseFile
from lms.core import clock
from lms.core.db import Base
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from lms.credentials import commands as credential_commands
from lms.credentials import policy as credential_policy
from lms.credentials.models import Correction, Credential, Share
from lms.credentials.queries import get_credential, list_credentials
from lms.jobs import list_jobs
from lms.jobs import policy as job_policy
from lms.jobs.queries import get_job
from lms.learning import policy as learning_policy
from lms.learning.commands import complete_activity
from lms.learning.domain import EnrolmentFacts
from lms.learning.queries import get_enrolment, list_enrolments
from lms.officers.commands.bundles import create_bundle
from lms.officers.domain.bundles import BundleChoice
from lms.officers.models import Reminder
from lms.quizzes import policy as quiz_policy
from lms.quizzes.commands import save_answers, start_attempt, submit_attempt
from lms.quizzes.domain import Save
from lms.quizzes.models import Answer
from lms.quizzes.queries import hash_changes, list_questions
from tests.accounts.roles import ROWS as ACCOUNT_ROWS
from tests.conftest import NOW, make_config, running
from tests.credentials.roles import ROWS as CREDENTIAL_ROWS
from tests.factories import MODULE, PASSWORD, Factory, form_token, sign_in
from tests.institutions.roles import ROWS as INSTITUTION_ROWS
from tests.jobs.waiting import run_waiting
from tests.officers.roles import ROWS as OFFICER_ROWS
from tests.officers.standing import stand_around
from tests.role_rows import (
    ROLES,
    Expected,
    answers,
    everybody,
    keeps_desk,
    reads_attempt,
    reads_bank,
    reads_credential,
    reads_enrolment,
    repairs,
    signed_in,
    studies,
    teaches,
)

LESSON, QUIZ, QUESTION = "methods", "methods-test", "periodic-list"

# --- The table ------------------------------------------------------------------------------------

OPEN = {"attempt_id": "open_attempt_id"}
CREDENTIALS_OF = {"login": "login", "password": "password"}

# Every address and method of the product. 401 stands for a page's way to the sign-in, too.
TABLE: Mapping[tuple[str, str], Expected] = {
    ("GET", "/"): everybody(200),
    ("GET", "/catalogue"): everybody(200),
    ("GET", "/catalogue/<slug>"): everybody(200),
    ("GET", "/contact"): everybody(200),
    ("GET", "/health"): everybody(200),
    ("GET", "/media/<sha256>/<name>"): everybody(200),
    ("GET", "/privacy"): everybody(200),
    ("GET", "/ready"): everybody(200),
    ("GET", "/static/<path:filename>"): everybody(200),
    ("GET", "/verify"): everybody(200),
    ("GET", "/verify/<code>"): everybody(200),
    ("POST", "/login"): everybody(302, send=CREDENTIALS_OF),
    ("POST", "/logout"): everybody(302),
    ("GET", "/login"): signed_in(302, nobody=200),
    ("GET", "/my"): signed_in(200),
    ("GET", "/my/certificates"): signed_in(200),
    ("GET", "/my/certificates/<number>.pdf"): reads_credential(),
    ("POST", "/catalogue/<slug>/enrol"): signed_in(302),
    ("GET", "/learn/<int:enrolment_id>"): reads_enrolment(),
    ("GET", "/learn/<int:enrolment_id>/resume"): reads_enrolment(302),
    ("GET", "/learn/<int:enrolment_id>/<key>"): reads_enrolment(path={"key": LESSON}),
    ("POST", "/learn/<int:enrolment_id>/<key>/completion"): studies(302, path={"key": LESSON}),
    ("POST", "/learn/<int:enrolment_id>/<key>/attempts"): studies(302, path={"key": QUIZ}),
    ("GET", "/attempts/<int:attempt_id>"): reads_attempt(path=OPEN),
    ("GET", "/attempts/<int:attempt_id>/review"): reads_attempt(),
    ("POST", "/attempts/<int:attempt_id>/answers"): answers(
        302, path=OPEN, send={"client": "page", "base-1": "0"}
    ),
    ("POST", "/attempts/<int:attempt_id>/submit"): answers(
        302, path=OPEN, send={"client": "page", "confirmed": "1"}
    ),
    ("GET", "/teach"): reads_bank(),
    ("GET", "/teach/quizzes/<slug>/<key>"): reads_bank(path={"key": QUIZ}),
    ("GET", "/teach/quizzes/<slug>/<key>/attempts.csv"): reads_bank(path={"key": QUIZ}),
    ("POST", "/teach/quizzes/<slug>/<key>"): reads_bank(path={"key": QUIZ}, send={"q": "name"}),
    ("POST", "/teach/quizzes/<slug>/<key>/attempts.csv"): reads_bank(
        path={"key": QUIZ}, send={"q": "name"}
    ),
    ("GET", "/teach/quizzes/<slug>/<key>/questions"): reads_bank(path={"key": QUIZ}),
    ("GET", "/teach/quizzes/<slug>/<key>/regrade"): teaches(path={"key": QUIZ}),
    ("POST", "/teach/quizzes/<slug>/<key>/regrade"): teaches(
        path={"key": QUIZ}, send={"preview": "no_changes"}
    ),
    ("GET", "/teach/quizzes/<slug>/<key>/extra-time"): teaches(path={"key": QUIZ}),
    ("POST", "/teach/quizzes/<slug>/<key>/extra-time"): teaches(
        302, path={"key": QUIZ}, send={"whom": "whom", "percent": "25", "reason-time": "So"}
    ),
    ("POST", "/teach/quizzes/<slug>/<key>/extra-time/people"): teaches(
        path={"key": QUIZ}, send={"q": "name"}
    ),
    ("GET", "/teach/attempts/<int:attempt_id>"): teaches(),
    ("POST", "/teach/attempts/<int:attempt_id>/marks/<int:slot>"): repairs(
        302, send={"mark-slot-1": "50", "reason-slot-1": "So"}
    ),
    ("POST", "/teach/answers/<int:answer_id>/acceptance"): repairs(
        302, send={"reason-accept-<answer_id>": "So"}
    ),
    ("POST", "/teach/enrolments/<int:enrolment_id>/<key>/grants"): repairs(
        302, path={"key": QUIZ}, send={"reason-grant": "So"}
    ),
    # The quiz has no time limit, and beside an open attempt none is reopened.
    ("POST", "/teach/attempts/<int:attempt_id>/deadline"): repairs(
        409, path=OPEN, send={"minutes-extend": "5", "reason-extend": "So"}
    ),
    ("POST", "/teach/attempts/<int:attempt_id>/reopening"): repairs(
        409, send={"reason-reopen": "So"}
    ),
    ("GET", "/teach/bank/<slug>"): reads_bank(),
    ("GET", "/teach/bank/<slug>/<key>"): reads_bank(path={"key": QUESTION}),
    ("GET", "/api/v1/docs"): everybody(200),
    ("GET", "/api/v1/openapi.json"): everybody(200),
    ("GET", "/api/v1/modules"): everybody(200),
    ("GET", "/api/v1/modules/<slug>"): everybody(200),
    ("GET", "/api/v1/verify/<code>"): everybody(200),
    ("POST", "/api/v1/tokens"): everybody(201, send=CREDENTIALS_OF),
    ("GET", "/api/v1/enrolments"): signed_in(200),
    ("POST", "/api/v1/enrolments"): signed_in(201, learner=200, send={"module": MODULE}),
    ("GET", "/api/v1/enrolments/<int:enrolment_id>"): reads_enrolment(),
    ("GET", "/api/v1/enrolments/<int:enrolment_id>/activities/<key>"): reads_enrolment(
        path={"key": LESSON}
    ),
    ("POST", "/api/v1/enrolments/<int:enrolment_id>/activities/<key>/completion"): studies(
        200, path={"key": LESSON}
    ),
    ("POST", "/api/v1/enrolments/<int:enrolment_id>/activities/<key>/attempts"): studies(
        200, path={"key": QUIZ}
    ),
    ("GET", "/api/v1/attempts/<int:attempt_id>"): reads_attempt(),
    ("PUT", "/api/v1/attempts/<int:attempt_id>/answers"): answers(
        200,
        path=OPEN,
        send={
            "client": "phone",
            "saves": [{"slot": 1, "number": 1, "base": 0, "response": {"choices": []}}],
        },
    ),
    ("POST", "/api/v1/attempts/<int:attempt_id>/submission"): answers(201, path=OPEN, send={}),
    ("GET", "/api/v1/attempts/<int:attempt_id>/time"): reads_attempt(),
    ("POST", "/api/v1/attempts/<int:attempt_id>/page"): answers(200, path=OPEN, send={"page": 1}),
    # The quiz gives no feedback before the submission; who may not answer learns nothing of that.
    ("POST", "/api/v1/attempts/<int:attempt_id>/slots/<int:slot>/check"): answers(
        409, path=OPEN, send={}
    ),
    ("GET", "/api/v1/credentials"): signed_in(200),
    ("GET", "/api/v1/credentials/<number>.pdf"): reads_credential(query="?language=fr"),
    ("GET", "/api/v1/jobs/<uuid:job_id>"): Expected(
        (401, 401), (200, 404), (404, 404), (404, 404), (404, 404), (200, 200)
    ),
    ("GET", "/api/v1/jobs/<uuid:job_id>/file"): keeps_desk(path={"job_id": "bundle_job_id"}),
    # It is done already.
    ("POST", "/api/v1/jobs/<uuid:job_id>/cancellation"): keeps_desk(
        409, path={"job_id": "bundle_job_id"}
    ),
    **ACCOUNT_ROWS,
    **INSTITUTION_ROWS,
    **CREDENTIAL_ROWS,
    **OFFICER_ROWS,
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


# --- The world ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Things:
    """What one learner has: an address is filled from it by name."""

    enrolment_id: int
    attempt_id: int
    open_attempt_id: int
    # It came after the attempt was closed.
    answer_id: int
    number: str
    code: str
    job_id: str
    # Those of the learner's own institution.
    institution_id: int
    person_id: int
    share_id: int
    secret: str
    # Asked for by the learner, and open.
    correction_id: int
    # A download of the certificates of that institution, asked for by an officer or an administrator.
    bundle_id: int
    bundle_job_id: str
    # Of the learner in it, and further below it; see tests/officers/standing.py.
    membership_id: int
    claim_id: int
    invitation_id: int
    grant_id: int
    upload_id: int
    slip_person_id: int
    # Of the enrolment above.
    reminder_id: int


@dataclass
class World:
    """Two learners of two institutions, and everybody who might look at their things."""

    app: Flask
    connection: Connection
    session: Session
    make: Factory
    people: dict[str, Actor]
    own: Things
    other: Things
    shared: dict[str, str]
    tokens: dict[str, str]

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo what happens within, so that every request meets the same state."""
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()
            self.session.expire_all()

    def things_of(self, whose: str) -> Things:
        return self.own if whose == "own" else self.other

    def browser_of(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        return client if role == "nobody" else sign_in(client, self.people[role])

    def ask(self, role: str, method: str, rule: str, whose: str) -> Any:
        """Send the request of the table's row as `role`: pages by cookie, the API by token."""
        row = TABLE[method, rule]
        things = self.things_of(whose)
        url = self.address(rule, row.path, things) + row.query
        known = self.shared | {
            part.name: str(getattr(things, part.name)) for part in fields(things)
        }
        filled = {
            name.replace("<answer_id>", str(things.answer_id)): known.get(value, value)
            if isinstance(value, str)
            else value
            for name, value in (row.send or {}).items()
        }
        if rule.startswith("/api/"):
            token = self.tokens.get(role)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            body = filled if row.send is not None else None
            return self.app.test_client().open(url, method=method, headers=headers, json=body)
        client = self.browser_of(role)
        form = {"csrf_token": form_token(client), **filled} if method == "POST" else None
        return client.open(url, method=method, data=form)

    def address(self, rule: str, path: Mapping[str, str], things: Things) -> str:
        """Return an address that fits the rule, filled by name."""
        values = {**self.shared}
        values |= {part.name: str(getattr(things, part.name)) for part in fields(things)}
        values |= {name: values.get(value, value) for name, value in path.items()}
        for part in ("<int:", "<uuid:", "<path:"):
            rule = rule.replace(part, "<")
        for name, value in values.items():
            rule = rule.replace(f"<{name}>", value)
        assert "<" not in rule, f"nothing fills {rule}"
        return rule

    def rows(self) -> dict[str, list[Any]]:
        """Return all that the rooms' tables hold."""
        return {
            table.name: sorted(map(repr, self.connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }


def study(make: Factory, learner: Actor) -> tuple[int, int, int, int]:
    """Enrol, read, pass, and begin anew; return the ids of enrolment, closed and open attempt, and a late answer."""
    session = make.session
    enrolment_id = make.enrolment(learner)
    complete_activity(session, learner, enrolment_id, LESSON, now=NOW)
    closed = start_attempt(session, learner, enrolment_id, QUIZ, language="fr", now=NOW)
    saves = []
    for slot in list_questions(session, closed.id):
        options = slot.body["options"]
        right = [option["key"] for option in options if Fraction(option["fraction"]) > 0]
        saves.append(Save("tests", slot.number, 1, 0, {"choices": right}, "fr"))
    assert submit_attempt(session, learner, closed.id, saves, now=NOW).passed
    late = Save("tests", 1, 2, 1, saves[0].response, "fr")
    save_answers(session, learner, closed.id, [late], now=NOW)
    answer_id = session.scalars(select(func.max(Answer.id))).one()
    opened = start_attempt(session, learner, enrolment_id, QUIZ, language="fr", now=NOW)
    session.commit()
    return enrolment_id, closed.id, opened.id, answer_id


def _credential_of(session: Session, enrolment_id: int) -> tuple[str, str, str]:
    row = session.execute(
        select(Credential.number, Credential.code, Credential.job_id).where(
            Credential.enrolment_id == enrolment_id
        )
    ).one()
    return row.number, row.code, row.job_id


def _share(session: Session, person: Actor) -> tuple[int, str]:
    """Make a link to the person's certificates that is open today; return its id and secret."""
    now = clock.now()
    tomorrow = now.date() + timedelta(days=1)
    share_id = credential_commands.share_certificates(
        session, person, ends_on=tomorrow, consents=True, now=now
    )
    return share_id, session.get_one(Share, share_id).secret


def ask_for_correction(session: Session, learner: Actor, number: str) -> int:
    name = PersonName("Zoé", "Traoré")
    credential_commands.ask_for_correction(
        session, learner, number, name, in_capitals=False, reason="So", now=clock.now()
    )
    return session.scalars(select(func.max(Correction.id))).one()


def _bundle(session: Session, asker: Actor, institution_id: int) -> tuple[int, str]:
    """Ask for all certificates of an institution; return the ids of the download and of its job."""
    bundle = create_bundle(session, asker, institution_id, BundleChoice(), language="fr", now=NOW)
    return bundle.id, bundle.job_id


def _remind(session: Session, enrolment_id: int) -> int:
    reminder = Reminder(enrolment_id=enrolment_id, number=1, sent_at=NOW)
    session.add(reminder)
    session.commit()
    return reminder.id


def _things(
    make: Factory, ids: tuple[int, int, int, int], person: Actor, place: int, keeper: Actor
) -> Things:
    session = make.session
    number, code, job_id = _credential_of(session, ids[0])
    return Things(
        *ids,
        number,
        code,
        job_id,
        place,
        person.require_person(),
        *_share(session, person),
        ask_for_correction(session, person, number),
        *_bundle(session, keeper, place),
        *stand_around(make, person, place, keeper),
        _remind(session, ids[0]),
    )


def build(app: Flask, connection: Connection, session: Session) -> World:
    make = Factory(session, NOW)
    make.courses()
    north, south = make.institution("north"), make.institution("south")
    branch = make.institution("north-branch", parent_id=north)
    at_north = Scope(ScopeKind.INSTITUTION, north)
    people = {
        "learner": make.person(institution_id=branch),
        "other": make.person("Issa", "Koné", institution_id=south),
        "trainer": make.person(roles=(Role.TRAINER,)),
        "officer": make.person(roles=(Role.OFFICER,), scope=at_north),
        "facilitator": make.person(roles=(Role.FACILITATOR,)),
        "administrator": make.person(roles=(Role.ADMINISTRATOR,)),
    }
    studied = [study(make, people[name]) for name in ("learner", "other")]
    run_waiting(app)
    places = (
        (branch, people["learner"], "officer"),
        (south, people["other"], "administrator"),
    )
    own, other = (
        _things(make, ids, person, place, people[keeper])
        for ids, (place, person, keeper) in zip(studied, places, strict=True)
    )
    run_waiting(app)
    # Requests read the clock, so that a token must not have ended by now.
    tokens = {
        name: create_token(session, actor.require_person(), "", TokenScope, now=clock.now()).text
        for name, actor in people.items()
    }
    session.commit()
    shared = {
        "slot": "1",
        "slug": MODULE,
        "filename": "scrutin.css",
        "name": "figure.svg",
        "sha256": session.scalars(select(CourseFile.sha256)).first() or "",
        "login": "person1",
        "password": PASSWORD,
        "no_changes": hash_changes([]),
        "tomorrow": (clock.now().date() + timedelta(days=1)).isoformat(),
        "whom": f"person-{people['learner'].person_id}",
        "elsewhere": str(north),
        "kind": "csv",
        "into": f"{MODULE}/open",
        "zone_id": str(make.zone()),
        "member_type_id": str(make.member_type()),
    }
    return World(app, connection, session, make, people, own, other, shared, tokens)


@pytest.fixture(scope="module")
def world(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    config = make_config(database_url, tmp_path_factory.mktemp("files"))
    with running(config) as app, app.app_context():
        database = app.extensions["database"]
        with database.engine.connect() as connection:
            undone = connection.begin()
            database.sessionmaker.configure(
                bind=connection, join_transaction_mode="create_savepoint"
            )
            with database.sessionmaker() as session:
                yield build(app, connection, session)
            undone.rollback()


# --- Every address ----------------------------------------------------------------------------------


def routes_of(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_table_names_every_address_and_no_other(world):
    assert routes_of(world.app) == set(TABLE)


def comes_to(answer: Any) -> int:
    """Return the status; a page's way to the sign-in counts as 401."""
    leads_to_sign_in = answer.headers.get("Location", "").startswith("/login")
    return 401 if answer.status_code == 302 and leads_to_sign_in else answer.status_code


@pytest.mark.parametrize(("method", "rule"), TABLE, ids=map(" ".join, TABLE))
def test_each_role_gets_what_the_table_says_and_a_refusal_changes_nothing(world, method, rule):
    row = TABLE[method, rule]
    came, expected = {}, {}
    before = world.rows() if method != "GET" else {}

    for role in ROLES:
        for whose, status in zip(("own", "other"), getattr(row, role), strict=True):
            with world.undone():
                answer = world.ask(role, method, rule, whose)
                came[role, whose] = comes_to(answer)
                expected[role, whose] = status
                if method != "GET" and answer.status_code >= 400:
                    assert world.rows() == before, f"{role} changed something"
            if answer.status_code >= 400:
                kind = "application/problem+json" if rule.startswith("/api/") else "text/html"
                assert answer.mimetype == kind

    assert came == expected


def test_no_address_hears_another_method(world):
    for rule in {rule for _, rule in TABLE}:
        url = world.address(rule, {"key": LESSON}, world.own)
        for method in METHODS:
            if (method, rule) in TABLE:
                continue
            # The sign of a method that is heard after all would be a refusal for want of a form token.
            answer = world.browser_of("administrator").open(url, method=method)
            assert answer.status_code == 405, f"{method} {rule}"
            assert (method in answer.headers["Allow"]) is False


def test_head_comes_to_the_same_as_get(world):
    for (method, rule), row in TABLE.items():
        if method != "GET" or rule.startswith("/api/"):
            continue
        url = world.address(rule, row.path, world.own)
        for role in ("nobody", "learner"):
            asked, got = (
                world.browser_of(role).open(url, method=method) for method in ("HEAD", "GET")
            )
            assert (asked.status_code, asked.data) == (got.status_code, b""), f"{role} {rule}"


@pytest.mark.parametrize(
    ("rule", "absent"),
    [
        ("/learn/<int:enrolment_id>", {"enrolment_id": 999_999}),
        ("/attempts/<int:attempt_id>/review", {"attempt_id": 999_999}),
        ("/my/certificates/<number>.pdf", {"number": "SC-2020-00000001"}),
        ("/api/v1/enrolments/<int:enrolment_id>", {"enrolment_id": 999_999}),
        ("/api/v1/attempts/<int:attempt_id>", {"attempt_id": 999_999}),
        ("/api/v1/credentials/<number>.pdf", {"number": "SC-2020-00000001"}),
        ("/api/v1/jobs/<uuid:job_id>", {"job_id": "2b1c6f0e-0000-4000-8000-000000000000"}),
        ("/institution/<int:institution_id>/certificates", {"institution_id": 999_999}),
    ],
)
def test_what_is_anothers_looks_like_what_is_not_there(world, rule, absent):
    ((name, value),) = absent.items()
    headers = {"Authorization": f"Bearer {world.tokens['learner']}"}
    seen = []
    for wanted in (getattr(world.other, name), value):
        url = world.address(rule, {name: str(wanted)}, world.other)
        answer = world.browser_of("learner").get(url, headers=headers)
        seen.append((answer.status_code, answer.text.replace(url, "…")))

    assert seen[0] == seen[1]
    assert seen[0][0] == 404


def test_a_page_leads_nobody_to_the_sign_in_and_back(world):
    url = f"/learn/{world.own.enrolment_id}/{LESSON}?lang=en"
    asked = world.app.test_client().get(url)
    assert asked.status_code == 302

    client = world.app.test_client()
    form = {"csrf_token": form_token(client), "next": "", "login": "person1", "password": PASSWORD}
    with world.undone():
        shown = client.get(asked.headers["Location"]).text
        assert f'name="next" value="{url}"' in shown
        back = client.post("/login", data={**form, "next": url})
    assert back.headers["Location"] == url


# --- Lists and the rule for one ---------------------------------------------------------------------


def may_get(function: Any, *arguments: Any, **named: Any) -> bool:
    try:
        function(*arguments, **named)
    except (NotFound, SignInRequired):
        return False
    return True


def everybody_in(world: World) -> dict[str, Actor]:
    return {**world.people, "nobody": NOBODY, "system": SYSTEM}


def test_the_list_of_jobs_is_exactly_what_one_may_read(world):
    all_ids = {id for one in (world.own, world.other) for id in (one.job_id, one.bundle_job_id)}
    for name, actor in everybody_in(world).items():
        listed = {job.id for job in list_jobs(world.session, actor)}
        readable = {id for id in all_ids if may_get(get_job, world.session, actor, id)}
        assert listed == readable, name


def test_the_list_of_enrolments_is_exactly_what_one_studies_and_all_of_it_may_be_read(world):
    ids = [world.own.enrolment_id, world.other.enrolment_id]
    for name, actor in world.people.items():
        listed = [card.id for card in list_enrolments(world.session, actor, language="fr")]
        facts = {
            id: get_enrolment(world.session, world.people["administrator"], id, language="fr").facts
            for id in ids
        }
        assert listed == [id for id in ids if learning_policy.may_study(actor, facts[id])], name
        for id in listed:
            assert may_get(get_enrolment, world.session, actor, id, language="fr")


def test_the_list_of_credentials_is_exactly_what_one_holds_and_all_of_it_may_be_read(world):
    holders = {world.people["learner"].person_id: world.own.number}
    holders[world.people["other"].person_id] = world.other.number
    for name, actor in world.people.items():
        listed = [view.number for view in list_credentials(world.session, actor)]
        held = holders.get(actor.person_id)
        assert listed == ([held] if held else []), name
        for number in listed:
            assert may_get(get_credential, world.session, actor, number)


def test_nobody_has_no_list(world):
    for list_own in (list_credentials, lambda *who: list_enrolments(*who, language="fr")):
        with pytest.raises(SignInRequired):
            list_own(world.session, NOBODY)


# --- Policies ---------------------------------------------------------------------------------------

LEARNER_ID, MODULE_ID, PROGRAMME_ID = 1, 8, 3
NORTH, BRANCH, SOUTH = (Scope(ScopeKind.INSTITUTION, id) for id in (5, 6, 7))
FACTS = EnrolmentFacts(
    1, LEARNER_ID, MODULE_ID, PROGRAMME_ID, (NORTH, BRANCH), {"fr": "M8"}, "fr", NOW, None
)  # fmt: skip


def somebody(role: Role, scope: Scope) -> Actor:
    return Actor(person_id=2, grants=frozenset({Grant(role, scope)}))


HERE = [
    Scope(ScopeKind.SITE),
    Scope(ScopeKind.MODULE, MODULE_ID),
    Scope(ScopeKind.PROGRAMME, PROGRAMME_ID),
    NORTH,
    BRANCH,
]
ELSEWHERE = [
    Scope(ScopeKind.MODULE, PROGRAMME_ID),
    Scope(ScopeKind.PROGRAMME, MODULE_ID),
    SOUTH,
    Scope(ScopeKind.CASCADE, BRANCH.id),
]
READERS_OF_ENROLMENTS = {Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR}
READERS_OF_ATTEMPTS = {Role.TRAINER, Role.ADMINISTRATOR}
REPAIRERS = {Role.TRAINER, Role.ADMINISTRATOR}
READERS_OF_CREDENTIALS = {Role.OFFICER, Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [*HERE, *ELSEWHERE], ids=lambda scope: f"{scope.kind}{scope.id}")
def test_a_grant_reads_what_lies_in_its_scope_and_nothing_else(role, scope):
    actor, is_here = somebody(role, scope), scope in HERE

    assert learning_policy.may_read(actor, FACTS) == (is_here and role in READERS_OF_ENROLMENTS)
    assert quiz_policy.may_read(actor, FACTS) == (is_here and role in READERS_OF_ATTEMPTS)
    assert quiz_policy.may_repair(actor, FACTS) == (is_here and role in REPAIRERS)
    assert credential_policy.may_read(actor, LEARNER_ID, FACTS.scopes) == (
        is_here and role in READERS_OF_CREDENTIALS
    )
    for may in (credential_policy.may_correct(actor, LEARNER_ID, FACTS.scopes),
                credential_policy.may_read_record(actor, FACTS.scopes)):  # fmt: skip
        assert may == (is_here and role in READERS_OF_CREDENTIALS)
    assert credential_policy.may_revoke(actor, FACTS.scopes) == (
        is_here and role is Role.ADMINISTRATOR
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [*HERE, *ELSEWHERE], ids=lambda scope: f"{scope.kind}{scope.id}")
def test_what_concerns_the_whole_site_needs_an_administrator_of_the_whole_site(role, scope):
    actor = somebody(role, scope)
    is_site_administrator = role is Role.ADMINISTRATOR and scope.kind is ScopeKind.SITE

    assert account_policy.may_create_person(actor) == is_site_administrator
    assert catalogue_policy.may_load(actor) == is_site_administrator
    assert catalogue_policy.may_export(actor) == is_site_administrator
    assert job_policy.may_read_all(actor) == is_site_administrator
    assert credential_policy.may_erase(actor) == is_site_administrator
    assert job_policy.may_read(actor, LEARNER_ID) == is_site_administrator
    assert job_policy.may_read(actor, None) == is_site_administrator


def test_only_the_learner_does_the_learners_work():
    learner = Actor(LEARNER_ID)
    assert learning_policy.may_study(learner, FACTS)
    assert quiz_policy.may_answer(learner, FACTS)
    for actor in (NOBODY, SYSTEM, *(somebody(role, HERE[0]) for role in Role)):
        assert not learning_policy.may_study(actor, FACTS)
        assert not quiz_policy.may_answer(actor, FACTS)


def test_nobody_repairs_an_attempt_of_ones_own_whatever_was_granted():
    everything = frozenset(Grant(role, HERE[0]) for role in Role)
    assert not quiz_policy.may_repair(Actor(LEARNER_ID, grants=everything), FACTS)
    assert quiz_policy.may_repair(Actor(2, grants=everything), FACTS)
    assert not quiz_policy.may_repair(NOBODY, FACTS)


def test_nobody_corrects_a_certificate_of_ones_own_whatever_was_granted():
    everything = frozenset(Grant(role, HERE[0]) for role in Role)
    assert not credential_policy.may_correct(
        Actor(LEARNER_ID, grants=everything), LEARNER_ID, FACTS.scopes
    )
    assert credential_policy.may_correct(Actor(2, grants=everything), LEARNER_ID, FACTS.scopes)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", [*HERE, *ELSEWHERE], ids=lambda scope: f"{scope.kind}{scope.id}")
def test_a_key_is_corrected_for_a_whole_module_by_those_who_train_in_all_of_it(role, scope):
    may = role in REPAIRERS and scope in HERE[:3]
    assert quiz_policy.may_regrade(somebody(role, scope), HERE[1:3]) == may


def test_what_has_no_owner_any_more_is_nobodys():
    assert not credential_policy.may_read(NOBODY, None, ())
    assert not job_policy.may_read(NOBODY, None)
    assert not credential_policy.may_read(Actor(LEARNER_ID), None, ())
