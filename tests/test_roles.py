"""Who may do what: every address × role × one's own and another institution's object, pages and API.

Two learners of two institutions have the same things. Each role asks for the first one's (`own`: it
is the learner's, and of the officer's institution) and for the second one's (`other`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, MetaData, select
from sqlalchemy.orm import Session

from lms import accounts, credentials, jobs, learning, quizzes
from lms.accounts import commands as account_commands
from lms.accounts.domain import TokenScope
from lms.accounts.policy import may_create_person
from lms.catalogue.models import File
from lms.catalogue.policy import may_export, may_load
from lms.core.permissions import NOBODY, SYSTEM, Actor, Role, Scope, ScopeKind
from lms.credentials import policy as credential_policy
from lms.credentials.models import Credential, Holder
from lms.jobs import policy as job_policy
from lms.jobs.models import Job
from lms.learning import policy as learning_policy
from lms.learning.domain import EnrolmentFacts
from lms.learning.models import Enrolment
from lms.quizzes import commands as quiz_commands
from lms.quizzes import policy as quiz_policy
from lms.quizzes.models import Attempt
from tests.conftest import NOW, make_config, running
from tests.factories import MODULE, PASSWORD, Factory, form_token, sign_in
from tests.jobs.waiting import run_waiting

LESSON, QUIZ = "methods", "methods-test"

# --- The table ------------------------------------------------------------------------------------

# A status for one's own object, and one for the other's.
Pair = tuple[int, int]
ROLES = ("nobody", "learner", "trainer", "officer", "facilitator", "administrator")


@dataclass(frozen=True)
class Expected:
    """What each role gets. `path` fills the address from one learner's things, `send` is the body."""

    nobody: Pair
    learner: Pair
    trainer: Pair
    officer: Pair
    facilitator: Pair
    administrator: Pair
    path: Mapping[str, str] = field(default_factory=dict)
    send: Mapping[str, Any] | None = None
    query: str = ""


def everybody(status: int, **more: Any) -> Expected:
    """Return a row for what does not depend on who asks."""
    return Expected(*([(status, status)] * len(ROLES)), **more)


def signed_in(ok: int, **more: Any) -> Expected:
    """Return a row for one's own pages: whoever is signed in has them."""
    same = [(ok, ok)] * (len(ROLES) - 1)
    return Expected((401, 401), *same, **more)


def reads_enrolment(ok: int = 200, **more: Any) -> Expected:
    return Expected(
        (401, 401), (ok, 404), (ok, ok), (ok, 404), (404, 404), (ok, ok), **more
    )  # fmt: skip


def reads_attempt(ok: int = 200, **more: Any) -> Expected:
    return Expected(
        (401, 401), (ok, 404), (ok, ok), (404, 404), (404, 404), (ok, ok), **more
    )  # fmt: skip


def reads_credential(**more: Any) -> Expected:
    return Expected(
        (401, 401), (200, 404), (404, 404), (200, 404), (404, 404), (200, 200), **more
    )  # fmt: skip


def studies(ok: int, **more: Any) -> Expected:
    """Return a row for a learner's own work: who may only look is told so, others see nothing."""
    return Expected(
        (401, 401), (ok, 404), (403, 403), (403, 404), (404, 404), (403, 403), **more
    )  # fmt: skip


def answers(ok: int, **more: Any) -> Expected:
    """Return a row for work in an attempt, at which an officer may not even look."""
    return Expected(
        (401, 401), (ok, 404), (403, 403), (404, 404), (404, 404), (403, 403), **more
    )  # fmt: skip


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
    ("GET", "/login"): Expected((200, 200), *([(302, 302)] * 5)),
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
    ("GET", "/api/v1/docs"): everybody(200),
    ("GET", "/api/v1/openapi.json"): everybody(200),
    ("GET", "/api/v1/modules"): everybody(200),
    ("GET", "/api/v1/modules/<slug>"): everybody(200),
    ("GET", "/api/v1/verify/<code>"): everybody(200),
    ("POST", "/api/v1/tokens"): everybody(201, send=CREDENTIALS_OF),
    ("GET", "/api/v1/enrolments"): signed_in(200),
    ("POST", "/api/v1/enrolments"): Expected(
        (401, 401), (200, 200), *([(201, 201)] * 4), send={"module": MODULE}
    ),
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
    ("GET", "/api/v1/credentials"): signed_in(200),
    ("GET", "/api/v1/credentials/<number>.pdf"): reads_credential(query="?language=fr"),
    ("GET", "/api/v1/jobs/<uuid:job_id>"): Expected(
        (401, 401), (200, 404), (404, 404), (404, 404), (404, 404), (200, 200)
    ),
}

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


# --- The world ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Things:
    """What one learner has: an address is filled from it by name."""

    enrolment_id: int
    attempt_id: int
    open_attempt_id: int
    number: str
    code: str
    job_id: str


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
        url = self.address(rule, row.path, self.things_of(whose)) + row.query
        filled = {name: self.shared.get(value, value) if isinstance(value, str) else value
                  for name, value in (row.send or {}).items()}  # fmt: skip
        if rule.startswith("/api/"):
            token = self.tokens.get(role)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            body = {"json": filled} if row.send is not None else {}
            return self.app.test_client().open(url, method=method, headers=headers, **body)
        client = self.browser_of(role)
        form = {"csrf_token": form_token(client), **filled} if method == "POST" else None
        return client.open(url, method=method, data=form)

    def address(self, rule: str, path: Mapping[str, str], things: Things) -> str:
        """Return an address that fits the rule, filled by name."""
        values = {**self.shared}
        values |= {name: str(getattr(things, name)) for name in Things.__dataclass_fields__}
        values |= {name: values.get(value, value) for name, value in path.items()}
        for part in ("<int:", "<uuid:", "<path:"):
            rule = rule.replace(part, "<")
        for name, value in values.items():
            rule = rule.replace(f"<{name}>", value)
        assert "<" not in rule, f"nothing fills {rule}"
        return rule

    def rows(self) -> dict[str, list[Any]]:
        """Return all that the database holds, but failed sign-ins."""
        found = MetaData()
        found.reflect(self.connection)
        return {
            name: sorted(map(repr, self.connection.execute(select(table))))
            for name, table in found.tables.items()
            if name != "accounts_sign_in_failure"
        }


def study(make: Factory, learner: Actor) -> tuple[int, int, int]:
    """Enrol, read, pass, and begin anew; return the ids of enrolment, closed and open attempt."""
    session, language = make.session, "fr"
    enrolment_id = make.enrolment(learner)
    learning.commands.complete_activity(session, learner, enrolment_id, LESSON, now=NOW)
    closed = quiz_commands.start_attempt(
        session, learner, enrolment_id, QUIZ, language=language, now=NOW
    )
    saves = [
        quizzes.domain.Save("tests", slot.number, 1, 0, {"choices": right}, language)
        for slot in quizzes.queries.list_questions(session, closed.id)
        if (right := [o["key"] for o in slot.body["options"] if not str(o["fraction"]).startswith(("0", "-"))])
    ]  # fmt: skip
    result = quiz_commands.submit_attempt(session, learner, closed.id, saves, now=NOW)
    assert result.passed
    opened = quiz_commands.start_attempt(
        session, learner, enrolment_id, QUIZ, language=language, now=NOW
    )
    session.commit()
    return enrolment_id, closed.id, opened.id


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
    own, other = (
        Things(*ids, *session.execute(
            select(Credential.number, Credential.code, Credential.job_id)
            .where(Credential.enrolment_id == ids[0])
        ).one())
        for ids in studied
    )  # fmt: skip
    scopes = list(TokenScope)
    tokens = {
        name: account_commands.create_token(
            session, actor.person_id or 0, "", scopes, now=accounts.clock_of(NOW)
        ).text
        for name, actor in people.items()
    }
    session.commit()
    shared = {
        "slug": MODULE,
        "filename": "scrutin.css",
        "name": "figure.svg",
        "sha256": session.scalars(select(File.sha256)).first() or "",
        "login": "person1",
        "password": PASSWORD,
    }
    return World(app, connection, session, make, people, own, other, shared, tokens)
