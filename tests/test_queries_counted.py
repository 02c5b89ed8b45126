"""How many statements each of a learner's pages makes: the same for a small world and a large one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, literal, select

from lms.core.permissions import Actor
from lms.core.storage import storage
from lms.credentials.models import Credential, Document
from lms.learning import record_result
from lms.learning.commands import complete_activity
from lms.quizzes.commands import start_attempt, submit_attempt
from tests.conftest import NOW
from tests.factories import Factory, sign_in
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
    "/my": 1,
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
    # Credentials, documents, and the jobs of those that are not made yet.
    "/my/certificates": 3,
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
        enrolment_id = make.enrolment(actor, module.slug)
        complete_activity(session, actor, enrolment_id, "reading", now=NOW)
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


def test_no_page_makes_more_than_six_beyond_the_one_that_loads_the_reader():
    assert max({**SIGNED_IN, **NOBODY, **API}.values()) == MOST


def test_somebody_with_one_enrolment_and_no_certificate_costs_no_more(app, make):
    make.modules(MadeModule(activities=(Listed("reading"), Listed("other"))))
    actor = make.person()
    world = World(actor, {"enrolment": make.enrolment(actor, "lists")})
    learner = sign_in(app.test_client(), actor)

    table = {"/my": 1, "/learn/{enrolment}": 4, "/my/certificates": 2}
    assert beyond_authentication(count_statements(app, learner, table, world)) == table


def test_a_page_that_reads_one_row_at_a_time_would_be_seen(app, make, session):
    with counted(app) as statements:
        for number in range(3):
            session.execute(select(literal(number)))
        session.begin_nested().rollback()

    assert len(statements) == 3
