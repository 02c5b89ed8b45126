"""A real server on a database of its own, with a course whose right answers are known here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Integer,
    String,
    column,
    select,
    table,
    update,
)

from lms import accounts
from lms.accounts.domain import NameOrder, PersonDetails, PersonName, TokenScope
from lms.accounts.queries import hash_token
from lms.core.db import Database, Score, UtcDateTime
from lms.core.permissions import SYSTEM
from tests.conftest import make_config, running
from tests.factories import PASSWORD, Factory
from tests.made_courses import Listed, MadeModule, several, single
from tests.quizzes.schedules.evidence import AnswerRow, GradeRow, ResultRow, Rows
from tests.quizzes.schedules.network import Reply, Wire, write
from tests.quizzes.schedules.server import Server

# Quizzes count their grace in whole seconds.
GRACE = timedelta(seconds=1)

MODULE = MadeModule(
    "saving",
    activities=(Listed("test", "quiz"),),
    questions=(single("alpha"), single("beta"), several("gamma")),
    draw=3,
    pass_mark=70,
    attempts=None,
)
PASS_MARK = Fraction(MODULE.pass_mark, 100)
WORTH = {
    option["key"]: Fraction(option["fraction"])
    for question in MODULE.questions
    for option in question["options"]
}

# The columns that the evidence needs; the room that owns the tables is free to change the rest.
ANSWERS = table(
    "quizzes_answer",
    column("id", Integer),
    column("attempt_id", Integer),
    column("client", String),
    column("slot", Integer),
    column("number", Integer),
    column("base", Integer),
    column("response", JSON),
    column("revision", Integer),
    column("received_at", UtcDateTime),
    column("is_current", Boolean),
    column("is_late", Boolean),
)
ATTEMPTS = table(
    "quizzes_attempt",
    column("id", Integer),
    column("submitted_at", UtcDateTime),
    column("deadline_at", UtcDateTime),
)
GRADES = table(
    "quizzes_grade",
    column("id", Integer),
    column("attempt_id", Integer),
    column("score", Score),
    column("passed", Boolean),
    column("marks", JSON),
)
QUIZZES = table("quizzes_quiz", column("grace", Integer))
RESULTS = table(
    "learning_result",
    column("id", Integer),
    column("enrolment_id", Integer),
    column("score", Score),
    column("passed", Boolean),
)
TOKENS = table("accounts_token", column("token_hash", String), column("expires_at", UtcDateTime))
PEOPLE = table("accounts_person", column("id", Integer), column("password_hash", String))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was drawn for an attempt: where each question stands, and what its options are called there."""

    # Question → slot.
    slots: Mapping[str, int]
    # Option as the author named it → its id.
    ids: Mapping[str, str]

    @property
    def worth(self) -> dict[int, dict[str, Fraction]]:
        """What each option of each slot adds to the mark."""
        return {
            slot: {
                self.ids[name]: worth
                for name, worth in WORTH.items()
                if name.startswith(f"{question}-")
            }
            for question, slot in self.slots.items()
        }


def read_sheet(slots: list[Any]) -> Sheet:
    """Find the course's questions and options in an attempt by their texts, which name them."""
    questions = {}
    ids = {}
    for slot in slots:
        (name,) = re.findall(r"Question (\w+)", slot["prompt"])
        questions[name] = slot["slot"]
        for option in slot["options"]:
            (name,) = re.findall(r"Option ([\w-]+)", option["text"])
            ids[name] = option["id"]
    assert ids.keys() == WORTH.keys()
    return Sheet(questions, ids)


@dataclass(frozen=True, slots=True)
class Trial:
    """A new attempt of somebody new."""

    person_id: int
    login: str
    enrolment_id: int
    attempt_id: int
    sheet: Sheet


@dataclass
class World:
    """Server, database, and one person to whom no attempt belongs."""

    server: Server
    wire: Wire
    database: Database
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        with self.database.unit_of_work() as session:
            make = Factory(session, datetime.now(UTC))
            make.modules(MODULE)
            self.stranger_id = make.person().person_id
            session.execute(update(QUIZZES).values(grace=int(GRACE.total_seconds())))
        self.token_of_stranger = self.issue_token(self.stranger_id)

    def begin(self) -> Trial:
        """Start an attempt."""
        login = f"learner{next(self.numbers)}"
        person_id = self._make_person(login)
        token = self.issue_token(person_id)
        enrolled = self.ask("POST", "/enrolments", 201, token, {"module": MODULE.slug})
        path = f"/enrolments/{enrolled['id']}/activities/test/attempts"
        attempt = self.ask("POST", path, 201, token)
        sheet = read_sheet(attempt["slots"])
        return Trial(person_id, login, enrolled["id"], attempt["id"], sheet)

    def _make_person(self, login: str) -> int:
        """Make somebody whose password is the stranger's: hashing one takes as long as a schedule's other work."""
        name = PersonName("Awa", "Traoré", NameOrder.GIVEN_FIRST)
        details = PersonDetails(login, email=None, name=name, password=None)
        hashed = select(PEOPLE.c.password_hash).where(PEOPLE.c.id == self.stranger_id)
        with self.database.unit_of_work() as session:
            person_id = accounts.create_person(session, SYSTEM, details, now=datetime.now(UTC))
            session.execute(
                update(PEOPLE)
                .where(PEOPLE.c.id == person_id)
                .values(password_hash=hashed.scalar_subquery())
            )
        return person_id

    def ask(
        self, method: str, path: str, status: int, token: str | None = None, content: Any = None
    ) -> Any:
        """Send a request that no fault befalls, and return the answer's content."""
        reply: Reply = self.wire.ask(write(method, path, token, content))
        assert reply.status == status, reply
        return reply.body

    # --- Tokens -----------------------------------------------------------------------------------

    def issue_token(self, person_id: int) -> str:
        """Make a token without the work that checking a password is."""
        with self.database.unit_of_work() as session:
            made = accounts.commands.create_token(
                session, person_id, "a device", TokenScope, now=datetime.now(UTC)
            )
        return made.text

    def renew_token(self, trial: Trial) -> str:
        """Make a token with the person's password, as a program does whose token has ended."""
        content = {"login": trial.login, "password": PASSWORD, "name": "a device"}
        token: str = self.ask("POST", "/tokens", 201, None, content)["token"]
        return token

    def end_token(self, token: str, *, is_revoked: bool) -> None:
        """Let a token hold no longer."""
        now = datetime.now(UTC)
        with self.database.unit_of_work() as session:
            if is_revoked:
                accounts.commands.revoke_token(session, token, now=now)
            else:
                session.execute(
                    update(TOKENS)
                    .where(TOKENS.c.token_hash == hash_token(token))
                    .values(expires_at=now)
                )

    # --- Rows -------------------------------------------------------------------------------------

    def set_deadline(self, attempt_id: int, deadline_at: datetime) -> None:
        """Give an attempt a deadline that is nearer than any that a course may set."""
        with self.database.engine.begin() as connection:
            connection.execute(
                update(ATTEMPTS).where(ATTEMPTS.c.id == attempt_id).values(deadline_at=deadline_at)
            )

    def read_rows(self, trial: Trial) -> Rows:
        """Return all that is kept of an attempt, as it is at one moment."""
        # A request whose end nobody saw may still be at work.
        one_moment = {} if self.database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        engine = self.database.engine.execution_options(**one_moment)
        with engine.begin() as connection:
            return _read_rows(connection, trial)


def _read_rows(connection: Connection, trial: Trial) -> Rows:
    attempt = connection.execute(
        select(ATTEMPTS.c.submitted_at, ATTEMPTS.c.deadline_at).where(
            ATTEMPTS.c.id == trial.attempt_id
        )
    ).one()
    answers = connection.execute(
        select(*(one for one in ANSWERS.c if one.name != "attempt_id"))
        .where(ANSWERS.c.attempt_id == trial.attempt_id)
        .order_by(ANSWERS.c.id)
    )
    grades = connection.execute(
        select(GRADES.c.score, GRADES.c.passed, GRADES.c.marks)
        .where(GRADES.c.attempt_id == trial.attempt_id)
        .order_by(GRADES.c.id)
    )
    results = connection.execute(
        select(RESULTS.c.score, RESULTS.c.passed)
        .where(RESULTS.c.enrolment_id == trial.enrolment_id)
        .order_by(RESULTS.c.id)
    )
    return Rows(
        attempt.submitted_at,
        attempt.deadline_at,
        tuple(AnswerRow(*row) for row in answers),
        tuple(GradeRow(*row) for row in grades),
        tuple(ResultRow(*row) for row in results),
    )


@contextmanager
def open_world(database_url: str, folder: Path) -> Iterator[World]:
    """Start a server on a migrated database; the world ends with it."""
    config = make_config(database_url, folder / "files")
    settings = {
        "BASE_URL": "",
        "DATABASE_URL": database_url,
        "DEMO": "1",
        "FILES_URL": config.files_url,
        "KEYS_FOLDER": config.keys_folder,
        "FLASK_SKIP_DOTENV": "1",
        "SECRET_KEY": config.secret_key,
        "WORKER_NAME": "schedules",
    }
    with running(config) as app, app.app_context():
        server = Server(settings)
        try:
            yield World(server, Wire(server.port), app.extensions["database"])
        finally:
            server.stop()
