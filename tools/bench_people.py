"""The test that is sat, the people who sit it, and what the database keeps of them."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import BadSetting, load_config
from lms import accounts, catalogue, learning
from lms.accounts.commands import create_token
from lms.accounts.domain import TokenScope
from lms.app import create_app
from lms.core import clock, migrations
from lms.core.db import Database
from lms.core.permissions import SYSTEM, Actor
from lms.quizzes.commands import start_attempt
from lms.quizzes.models import Answer, Attempt


def both(words: str) -> dict[str, str]:
    """Return a text of the course in its two languages."""
    return {"fr": f"{words} (fr)", "en": words}


MODULE, TEST = "bench", "test"
QUESTIONS = 20
OPTIONS = ("one", "two", "three", "four")
# Everybody passes.
SETTINGS_OF_TEST = {
    "title": both("Test"),
    "draw": QUESTIONS,
    "pass_mark": 0,
    # Nobody comes to its end, but every save is held against it.
    "time_limit": 30,
}

# An answer's attempt, client, slot and number: what a receipt is about.
Key = tuple[int, str, int, int]


class CannotFill(Exception):
    """The reason why there is nobody to sit a test, as a sentence."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An attempt that is begun, and the token of the person who sits it."""

    attempt_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of all attempts: the answers, and which attempts are closed."""

    answers: Mapping[Key, Any]
    closed: frozenset[int]


@contextmanager
def opened(settings: Mapping[str, str]) -> Iterator[Flask]:
    """Make the application beside the server's processes. Raises `CannotFill`."""
    try:
        app = create_app(load_config(settings))
    except BadSetting as refusal:
        raise CannotFill(str(refusal)) from refusal
    try:
        yield app
    finally:
        app.extensions["jobs"].close()
        database_of(app).engine.dispose()


def database_of(app: Flask) -> Database:
    database: Database = app.extensions["database"]
    return database


def fill(app: Flask, people: int) -> list[Seat]:
    """Make the tables, the test, and people with their attempts begun. Raises `CannotFill`.

    They have no passwords, whose hashes would take longer than all the rest.
    """
    database = database_of(app)
    try:
        is_used = migrations.has_tables(database)
    except OperationalError as error:
        raise CannotFill(f"The database cannot be used: {error.orig}") from error
    if is_used:
        raise CannotFill("This database holds tables already; a benchmark needs an empty one.")
    now = clock.now()
    with app.app_context(), tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_course(folder)
        migrations.upgrade(database)
        for follow_up in app.extensions["after_upgrade"]:
            follow_up()
        with database.unit_of_work() as session:
            catalogue.load_courses(session, SYSTEM, folder, now=now)
            return [take_seat(session, number, now=now) for number in range(1, people + 1)]


def take_seat(session: Session, number: int, *, now: datetime) -> Seat:
    """Bring one person in; the number decides the order of that person's questions and options."""
    name = accounts.PersonName("Awa", "Traoré")
    details = accounts.PersonDetails(f"person{number}", None, name, None)
    person_id = accounts.create_person(session, SYSTEM, details, now=now)
    actor = Actor(person_id)
    token = create_token(session, person_id, "bench", TokenScope, now=now)
    enrolment = learning.enrol(session, actor, MODULE, language="fr", now=now)
    attempt = start_attempt(
        session, actor, enrolment.id, TEST, language="fr", now=now, chance=Random(number)
    )
    return Seat(attempt.id, token.text)


def name_database(app: Flask) -> str:
    """Return which database it is, and whether a commit waits for the disk."""
    with database_of(app).reading() as session:
        if database_of(app).is_sqlite:
            return "SQLite, flushed to disk"
        is_flushed = session.scalar(text("SHOW fsync")) == "on"
        return f"PostgreSQL, {'flushed' if is_flushed else 'never flushed'} to disk"


def find_kept(app: Flask) -> Kept:
    """Return what is there now."""
    with database_of(app).reading() as session:
        answers = session.execute(
            select(Answer.attempt_id, Answer.client, Answer.slot, Answer.number, Answer.response)
        )
        closed = session.scalars(select(Attempt.id).where(Attempt.submitted_at.is_not(None)))
        return Kept({(a, b, c, d): response for a, b, c, d, response in answers}, frozenset(closed))


def write_course(folder: Path) -> None:
    """Write a module that has one activity, the test."""
    activity = {"kind": "quiz", "key": TEST, "minutes": 30}
    files: dict[str, dict[str, Any]] = {
        "programme.yaml": {"title": both("Benchmarks"), "summary": both("To be measured")},
        f"{MODULE}/module.yaml": {
            "code": "B1",
            "title": both("Benchmark"),
            "summary": both("To be measured"),
            "source_language": "fr",
            "sections": [{"key": "all", "title": both("All of it"), "activities": [activity]}],
        },
        f"{MODULE}/quizzes/{TEST}.yaml": SETTINGS_OF_TEST,
        f"{MODULE}/bank.yaml": {
            "questions": [make_question(number) for number in range(1, QUESTIONS + 1)]
        },
    }
    for name, content in files.items():
        path = folder / "benchmarks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # JSON is YAML, too.
        path.write_text(json.dumps(content, ensure_ascii=False))


def make_question(number: int) -> dict[str, Any]:
    """Return a question as course files have it, about as long as real ones are."""
    return {
        "key": f"question-{number}",
        "type": "single_choice",
        "prompt": both(f"Of the four answers that stand below, which is right in case {number}?"),
        "options": [
            {
                "key": name,
                "fraction": int(name == OPTIONS[0]),
                "text": both(f"The answer that stands under the name {name}"),
                "feedback": both(f"Why {name} is right here, or what is wrong with it"),
            }
            for name in OPTIONS
        ],
    }
