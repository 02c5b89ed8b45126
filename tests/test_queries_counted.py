"""How many statements each page makes: the same for a small world and a large one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, literal, select

from lms.core import clock
from lms.core.permissions import Actor, Role
from lms.core.storage import storage
from lms.credentials.models import Credential, Document
from lms.learning import record_result
from lms.learning.commands import complete_activity
from lms.quizzes.commands import start_attempt, submit_attempt
from lms.quizzes.models import Answer
from lms.quizzes.queries import list_questions
from tests.conftest import NOW
from tests.factories import Factory, form_token, sign_in
from tests.made_courses import Listed, MadeModule, single

# At most this many beyond the one that loads the reader.
MOST = 6

# What is not counted: transactions are no reads.
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")

# The page -> its statements, without the one that loads the reader.
SIGNED_IN = {
    "/": 1,
    "/catalogue": 1,
    "/catalogue?q=lists": 1,
    # Module, outline, titles of what comes first; own enrolment, what is completed.
    "/catalogue/big": 5,
    # Enrolments, and what institutions ask.
    "/my": 2,
    # Enrolment, module, outline, progress, and the notes of the quizzes.
    "/learn/{enrolment}": 5,
    "/learn/{enrolment}/resume": 4,
    # Without notes, but with the text.
    "/learn/{enrolment}/lesson-1": 5,
    # Without notes, but with settings and attempts.
    "/learn/{enrolment}/test": 6,
    # Attempt, enrolment, questions, answers.
    "/attempts/{attempt}": 4,
    # The same, and the attempts used.
    "/attempts/{closed}/review": 5,
    # Complete: without notes to make, but with what certificates came of it.
    "/learn/{completed}": 5,
    # Credentials, documents, the jobs of those that are not made yet, requests for corrections, the name.
    "/my/certificates": 5,
    # The name, what carries it, and whether anything waits for it.
    "/my/certificate-name": 3,
    # Credential, documents, name, requests.
    "/my/certificates/{number}/correction": 4,
    "/my/certificates/{number}.pdf": 2,
    "/verify": 0,
    "/verify/{code}": 2,
    "/contact": 0,
    "/privacy": 0,
}
NOBODY = {
    "/": 1,
    "/catalogue": 1,
    "/catalogue/big": 3,
    "/login": 0,
    "/verify": 0,
    "/verify/offline": 0,
    "/verify/{code}": 2,
    "/verify/0000-0000-0000-0000": 1,
}
API = {
    "/modules": 1,
    "/modules/big": 3,
    "/enrolments": 1,
    "/enrolments/{enrolment}": 4,
    "/enrolments/{enrolment}/activities/lesson-1": 5,
    "/attempts/{attempt}": 4,
    "/attempts/{closed}": 4,
    "/credentials": 2,
    "/me/certificate-name": 3,
    "/credentials/{number}.pdf": 2,
    "/verify/{code}": 2,
    "/jobs/{job}": 1,
}


@dataclass(frozen=True)
class World:
    """A learner, and what addresses name."""

    actor: Actor
    names: dict[str, object]


def make_world(make: Factory, *, activities: int, enrolments: int) -> World:
    """Make somebody with that many enrolments, one of them in a module of that many activities.

    The others are completed; of their certificates, one has its documents and one has not.
    """
    session = make.session
    lessons = [Listed(f"lesson-{number}") for number in range(activities - 2)]
    quizzes = [Listed("test", "quiz"), Listed("other", "quiz", after=("test",))]
    small = [
        MadeModule(f"m{number}", activities=(Listed("reading"),), questions=(single("one"),))
        for number in range(enrolments)
    ]
    make.modules(
        *small,
        MadeModule("big", [*lessons, *quizzes], prerequisites=("m0",), attempts=None),
    )
    actor = make.person(language="en")
    for module in small:
        completed = make.enrolment(actor, module.slug)
        complete_activity(session, actor, completed, "reading", now=NOW)
    enrolment_id = make.enrolment(actor, "big")
    record_result(session, enrolment_id, "lesson-0", passed=True, score=None, now=NOW)
    wanted: dict[str, Any] = {"language": "en", "now": NOW}
    closed = start_attempt(session, actor, enrolment_id, "test", **wanted).id
    submit_attempt(session, actor, closed, now=NOW)
    attempt = start_attempt(session, actor, enrolment_id, "test", **wanted).id
    credential = session.scalars(select(Credential).order_by(Credential.id).limit(1)).one()
    make_documents(make, credential.id)
    session.commit()
    names = {
        "enrolment": enrolment_id,
        "completed": completed,
        "attempt": attempt,
        "closed": closed,
        "number": credential.number,
        "code": credential.code,
        "job": credential.job_id,
    }
    return World(actor, names)


def make_documents(make: Factory, credential_id: int) -> None:
    """Store two documents for one credential, as a worker would have."""
    for language in ("fr", "en"):
        storage().write(f"{language}.pdf", b"%PDF-1.7")
        make.session.execute(
            insert(Document).values(
                credential_id=credential_id,
                language=language,
                sha256=hashlib.sha256(b"%PDF-1.7").hexdigest(),
                size=8,
                storage_key=f"{language}.pdf",
                made_at=NOW,
            )
        )


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the statements that the block makes."""
    engine = app.extensions["database"].engine
    statements: list[str] = []

    def listen(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: Any
    ) -> None:
        if not statement.lstrip().upper().startswith(TRANSACTION):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)


def count_statements(
    app: Flask, client: Any, table: dict[str, int], world: World
) -> dict[str, int]:
    """Return how many statements each page of a table makes."""
    found = {}
    for template in table:
        path = template.format(**world.names)
        with counted(app) as statements:
            reply = client.get(path)
        assert reply.status_code in {200, 302, 404}, path
        found[template] = len(statements)
    return found


def beyond_authentication(counts: dict[str, int]) -> dict[str, int]:
    return {path: count - 1 for path, count in counts.items()}


@pytest.mark.parametrize(("activities", "enrolments"), [(5, 2), (500, 50)])
def test_each_page_makes_as_many_statements_as_the_table_says_however_much_there_is(
    app, make, session, activities, enrolments
):
    world = make_world(make, activities=activities, enrolments=enrolments)
    stranger, learner = app.test_client(), sign_in(app.test_client(), world.actor)
    api = {f"/api/v1{path}": count for path, count in API.items()}

    assert count_statements(app, stranger, NOBODY, world) == NOBODY
    assert beyond_authentication(count_statements(app, learner, SIGNED_IN, world)) == SIGNED_IN
    assert beyond_authentication(count_statements(app, learner, api, world)) == api


# A write of an attempt -> its statements, without the one that loads the writer.
WRITES = {
    # Lock, questions, what was kept, and one row or many.
    ("PUT", "/api/v1/attempts/{attempt}/answers"): 4,
    # A repeat writes nothing.
    ("PUT again", "/api/v1/attempts/{attempt}/answers"): 3,
    ("POST", "/attempts/{attempt}/answers"): 4,
    # Lock and questions; freely, there is nothing to note.
    ("POST", "/api/v1/attempts/{attempt}/page"): 2,
}


@pytest.mark.parametrize("saves", [1, 3])
def test_saving_one_answer_costs_as_many_statements_as_saving_all(app, make, session, saves):
    world = make_world(make, activities=5, enrolments=2)
    learner = sign_in(app.test_client(), world.actor)
    token = form_token(learner)
    rows = [
        {"slot": slot, "number": 1, "base": 0, "response": {"choices": []}}
        for slot in range(1, saves + 1)
    ]
    right = {
        f"slot-{one.number}.choices": one.kind.right_response(one.body)["choices"]
        for one in list_questions(session, int(str(world.names["attempt"])))[:saves]
    }
    bases = {f"base-{slot}": "1" for slot in range(1, saves + 1)}
    answers = {"client": "phone", "saves": rows}
    bodies: dict[str, Any] = {
        "PUT": {"json": answers},
        "PUT again": {"json": answers},
        "/attempts/{attempt}/answers": {
            "data": {"csrf_token": token, "client": "page", **bases, **right}
        },
        "/api/v1/attempts/{attempt}/page": {"json": {"page": 2}},
    }
    found = {}

    for method, template in WRITES:
        body = bodies.get(template) or bodies[method]
        with counted(app) as statements:
            reply = learner.open(
                template.format(**world.names),
                method=method.split()[0],
                headers={"X-CSRFToken": token},
                **body,
            )
        assert reply.status_code in {200, 302}, reply.text
        found[method, template] = len(statements)

    assert {write: number - 1 for write, number in found.items()} == WRITES
    assert session.scalar(select(func.count()).select_from(Answer)) == 2 * saves


# A quiz with all that a page has to look up -> its statements, without the one that loads the reader.
ELABORATE = {
    # Settings, attempts and extra time.
    "/learn/{enrolment}/test": 7,
    "/attempts/{attempt}": 4,
    # The attempts that are left say what may be seen.
    "/attempts/{closed}/review": 6,
    "/api/v1/attempts/{closed}": 5,
    "/api/v1/attempts/{attempt}/time": 2,
}


def test_a_quiz_with_every_setting_costs_little_more(app, make, session):
    settings = {
        "time_limit": 30, "grace": 60, "per_page": 1, "navigation": "sequential",
        "feedback": "immediate", "delay": 0, "review": {"answers": "finished"},
        "bands": [{"from": 0, "text": {"fr": "Bien", "en": "Well"}}],
    }  # fmt: skip
    make.modules(MadeModule(activities=(Listed("test", "quiz"),), attempts=3, settings=settings))
    actor = make.person(language="en")
    enrolment_id = make.enrolment(actor, "lists")
    wanted: dict[str, Any] = {"language": "en", "now": clock.now()}
    closed = start_attempt(session, actor, enrolment_id, "test", **wanted).id
    submit_attempt(session, actor, closed, now=clock.now())
    attempt = start_attempt(session, actor, enrolment_id, "test", **wanted).id
    session.commit()
    names = {"enrolment": enrolment_id, "attempt": attempt, "closed": closed}
    learner = sign_in(app.test_client(), actor)

    found = count_statements(app, learner, ELABORATE, World(actor, names))

    assert beyond_authentication(found) == ELABORATE


# A trainer's page -> its statements, without the one that loads the reader.
TEACHING = {
    # Modules, quizzes, and what came of them.
    "/teach": 3,
    # Module, quiz, institutions that can be asked for, their names; outcomes, lines.
    "/teach/quizzes/lists/test": 6,
    "/teach/quizzes/lists/test?state=closed&passed=no&language=fr&from=2026-01-01": 6,
    # Without the outcomes.
    "/teach/quizzes/lists/test/attempts.csv": 5,
    # Module, quiz, attempts, what they asked with its answers, wordings.
    "/teach/quizzes/lists/test/questions": 5,
    # Module, question with its versions, tags, uses; attempts, what they asked.
    "/teach/bank/lists/alpha": 6,
}


@pytest.mark.parametrize(("people", "attempts"), [(1, 1), (7, 2)])
def test_trainers_pages_make_as_many_statements_for_one_attempt_as_for_many(
    app, make, session, people, attempts
):
    make.modules(MadeModule(activities=(Listed("test", "quiz"), Listed("exam", "quiz"))))
    place = None
    for number in range(people):
        place = make.institution(f"place-{number}", parent_id=place)
        actor = make.person(institution_id=place)
        enrolment_id = make.enrolment(actor, "lists")
        for _ in range(attempts):
            attempt = start_attempt(session, actor, enrolment_id, "test", language="fr", now=NOW)
            submit_attempt(session, actor, attempt.id, now=NOW)
    session.commit()
    trainer = make.person(roles=(Role.TRAINER,))

    found = count_statements(app, sign_in(app.test_client(), trainer), TEACHING, World(trainer, {}))

    assert beyond_authentication(found) == TEACHING


def test_no_page_makes_more_than_six_beyond_the_one_that_loads_the_reader():
    assert max({**SIGNED_IN, **NOBODY, **API, **TEACHING}.values()) == MOST


def test_somebody_with_one_enrolment_and_no_certificate_costs_no_more(app, make):
    make.modules(MadeModule(activities=(Listed("reading"), Listed("other"))))
    actor = make.person()
    world = World(actor, {"enrolment": make.enrolment(actor, "lists")})
    learner = sign_in(app.test_client(), actor)

    table = {"/my": 2, "/learn/{enrolment}": 4, "/my/certificates": 4}
    assert beyond_authentication(count_statements(app, learner, table, world)) == table


def test_a_page_that_reads_one_row_at_a_time_would_be_seen(app, make, session):
    with counted(app) as statements:
        for number in range(3):
            session.execute(select(literal(number)))
        session.begin_nested().rollback()

    assert len(statements) == 3
