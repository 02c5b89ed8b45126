"""Attempts whose time is over, with worker processes that are killed while they close them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.learning.models import Result
from lms.questions.domain import get_type
from lms.quizzes.commands import save_answers, start_attempt
from lms.quizzes.domain import Save
from lms.quizzes.models import Attempt, Grade
from lms.quizzes.queries import list_questions
from tests.conftest import make_config, running
from tests.factories import Factory
from tests.jobs.worker_process import working
from tests.made_courses import Listed, MadeModule

# So many that a worker cannot be done between two looks at the database.
ATTEMPTS = 150
FEWEST_KILLS = 2
# Far more than any of it takes: only a fault waits so long.
PATIENCE_SECONDS = 60


@pytest.fixture
def own_app(own_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with running(make_config(own_database_url, tmp_path / "files")) as app, app.app_context():
        yield app


@pytest.fixture
def own_session(own_app: Flask) -> Iterator[Session]:
    """A session whose commits stay; end its transaction before another process writes."""
    with own_app.extensions["database"].sessionmaker() as session:
        yield session


def begin_overdue(session: Session) -> None:
    """Leave attempts open whose time was over an hour ago, each with a right answer."""
    start = clock.now() - timedelta(hours=2)
    make = Factory(session, start)
    make.modules(MadeModule(activities=(Listed("test", "quiz"),), settings={"time_limit": 60}))
    for _ in range(ATTEMPTS):
        actor = make.person()
        enrolment_id = make.enrolment(actor, "lists")
        started = start_attempt(session, actor, enrolment_id, "test", language="fr", now=start)
        first = list_questions(session, started.id)[0]
        right = get_type(first.type).right_response(first.body)
        save_answers(session, actor, started.id, [Save("phone", 1, 1, 0, right, "fr")], now=start)
    session.commit()


def count_open(app: Flask) -> int:
    # It takes no lock: a worker that writes is not waited for.
    with app.extensions["database"].reading() as session:
        open_ones = select(func.count()).where(Attempt.submitted_at.is_(None))
        found: int = session.scalars(open_ones).one()
        return found


def wait_for_fewer(app: Flask, before: int) -> int:
    """Wait until a worker has closed some, and return how many are still open."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (still := count_open(app)) == before:
        assert time.monotonic() < deadline, f"{still} attempts stay open"
        time.sleep(0.002)
    return still


def test_workers_killed_while_they_close_attempts_close_each_of_them_once(own_app, own_session):
    begin_overdue(own_session)
    left, kills = ATTEMPTS, 0

    while left:
        with working(own_app) as worker:
            wait_for_fewer(own_app, left)
            if kills == FEWEST_KILLS:
                while left := count_open(own_app):
                    wait_for_fewer(own_app, left)
            worker.kill()
            worker.wait()
        kills += 1
        left = count_open(own_app)

    assert kills > FEWEST_KILLS
    grades = own_session.execute(
        select(Grade.attempt_id, func.count(), func.max(Grade.score)).group_by(Grade.attempt_id)
    ).all()
    assert len(grades) == ATTEMPTS
    # What was saved in time counts, and nothing was graded twice.
    assert {(count, score > 0) for _, count, score in grades} == {(1, True)}
    results = own_session.execute(
        select(Result.enrolment_id, func.count()).group_by(Result.enrolment_id)
    ).all()
    assert [count for _, count in results] == [1] * ATTEMPTS
    assert set(own_session.scalars(select(Attempt.is_timed_out))) == {True}
