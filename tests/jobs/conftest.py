"""A database with dbos's tables, an application on it, and workers as processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.core.db import Database
from lms.core.permissions import SYSTEM
from lms.jobs import JobState, JobView, get_job
from tests.jobs import scratch

ROOT = Path(__file__).resolve().parents[2]
# Far more than any of it takes: only a fault waits so long.
PATIENCE_SECONDS = 60


@pytest.fixture
def jobs_url(empty_database_url: str) -> str:
    """A database with the tables of jobs, where commits stay."""
    scratch.create_tables(empty_database_url)
    return empty_database_url


@pytest.fixture
def jobs_app(jobs_url: str) -> Iterator[Flask]:
    """The application that asks for work."""
    app = scratch.create_app(jobs_url)
    with app.app_context():
        yield app
    app.extensions["jobs"].close()
    app.extensions["database"].engine.dispose()


@pytest.fixture
def jobs_database(jobs_app: Flask) -> Database:
    found: Database = jobs_app.extensions["database"]
    return found


@pytest.fixture
def jobs_session(jobs_database: Database) -> Iterator[Session]:
    """A transaction that is never committed."""
    with jobs_database.sessionmaker() as session:
        yield session


@pytest.fixture
def person_id(jobs_database: Database) -> int:
    """Somebody who may own a job."""
    with jobs_database.unit_of_work() as session:
        person = Person(
            login="oumou",
            given_names="Oumou",
            family_names="Sangaré",
            folded_name="oumou sangare",
            name_order="given-first",
            created_at=datetime(2025, 1, 1, tzinfo=UTC),
        )
        session.add(person)
        session.flush()
        return person.id


class WorkerProcess:
    """A worker as an operator runs it."""

    def __init__(self, url: str, name: str, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "flask", "--app", "tests.jobs.scratch:create_app"),
                    *("jobs", "worker", "--name", name),
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "SCRATCH_DATABASE_URL": url,
                    "PYTHONUNBUFFERED": "1",
                    "LC_ALL": "C.UTF-8",
                    **environment,
                },
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def read_line(self) -> str:
        """Return the next line that it says, waiting for it; '' once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """As kill -9 or a power cut: nothing can be tidied up."""
        self.process.kill()
        self.end()

    def end(self) -> int:
        """Wait for it to end, and return its exit status."""
        assert self.process.stdout is not None
        # Not the process as a context: leaving that would wait for ever for one that does not end.
        try:
            return self.process.wait(PATIENCE_SECONDS)
        finally:
            self.process.stdout.close()


@pytest.fixture
def start_worker(jobs_url: str, tmp_path: Path) -> Iterator[Callable[..., WorkerProcess]]:
    """Start a worker of that name; it ends with the test at the latest."""
    started: list[WorkerProcess] = []

    def start(name: str, **environment: str) -> WorkerProcess:
        worker = WorkerProcess(jobs_url, name, tmp_path / f"{name}.log", environment)
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def wait_until_ended(jobs_database: Database) -> Callable[[str], JobView]:
    """Wait until a job has ended, and return it."""

    def wait(job_id: str) -> JobView:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            with jobs_database.reading() as session:
                job = get_job(session, SYSTEM, job_id)
            if job.state not in {JobState.WAITING, JobState.RUNNING}:
                return job
            assert time.monotonic() < deadline, f"the job is still {job.state}"
            time.sleep(0.05)

    return wait


@pytest.fixture
def list_effects(jobs_database: Database) -> Callable[[str], list[int]]:
    """Return the numbers of the steps that left an effect under that word, in order of time."""

    def read(what: str) -> list[int]:
        query = select(scratch.effects.c.number).where(scratch.effects.c.what == what)
        with jobs_database.reading() as session:
            return list(session.scalars(query))

    return read


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A pipe on which a step says that it has come, and waits."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path
