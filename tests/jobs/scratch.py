"""An application with tasks and sweeps to try workers on; `flask --app` gives it to their processes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_babel import Babel
from sqlalchemy import Column, Integer, MetaData, String, Table, insert

from lms.accounts.models import Person
from lms.core.db import Base, Database, unit_of_work
from lms.core.errors import Invalid
from lms.jobs import Jobs, Json, Progress, create_dbos_tables, sweep, task, worker
from lms.jobs.cli import jobs as jobs_commands
from lms.jobs.models import Job

# What steps and sweeps did: one row each time one ran to its end.
effects = Table("scratch_effect", MetaData(), Column("what", String(64)), Column("number", Integer))


def leave_effect(what: str, number: int) -> int:
    with unit_of_work() as session:
        session.execute(insert(effects).values(what=what, number=number))
    return number


def wait_at(gate: Path) -> None:
    """Say in the pipe `gate` that one has come, and wait for a word."""
    gate.write_text("here")
    gate.read_text()


@task("scratch.count")
def count(payload: dict[str, Any], progress: Progress) -> Json:
    """Leave one effect a step. At the step `stop_at`, say so in the pipe `gate` and wait for it."""

    def step(number: int) -> int:
        if number == payload.get("stop_at") and (gate := Path(payload["gate"])).exists():
            wait_at(gate)
        return leave_effect(payload["what"], number)

    total = 0
    for number in range(1, payload["steps"] + 1):
        total += progress.step("count", step, number)
        progress.report(number, payload["steps"])
    return {"total": total}


@task("scratch.fail")
def fail(payload: dict[str, Any], progress: Progress) -> Json:
    """Fail at every try; with `times`, at the first tries only."""
    tries = iter(range(1, 100))

    def step() -> str:
        number = leave_effect(payload["what"], next(tries))
        if number <= payload.get("times", 100):
            raise ValueError(payload["message"])
        return "went well"

    return progress.step("fail", step)


class NoSuchForm(Invalid):
    text = "There is no such form."


@task("scratch.refuse")
def refuse(payload: dict[str, Any], progress: Progress) -> Json:
    """Be refused."""

    def step() -> None:
        leave_effect(payload["what"], 1)
        raise NoSuchForm

    progress.step("refuse", step)
    return None


@task("scratch.say")
def say(payload: dict[str, Any], progress: Progress) -> Json:
    """Give back a step's result as a job sees it."""
    return progress.step("say", lambda: {"said": payload["what"], "by": [1, 2]})


@sweep("scratch.linger", every=3600)
def linger(now: datetime) -> int:
    """Wait at the pipe SCRATCH_GATE, if there is one, then leave an effect."""
    if (gate := Path(os.environ.get("SCRATCH_GATE", "none"))).exists():
        wait_at(gate)
    leave_effect("linger", 1)
    return 1


@sweep("scratch.stumble", every=1)
def stumble(now: datetime) -> int:
    """Fail each time, once it has left an effect."""
    leave_effect("stumble", 1)
    # In a variable, since a trace shows the line that raises.
    message = "Oumou is ill"
    raise ValueError(message)


@sweep("scratch.tell_time", every=1)
def tell_time(now: datetime) -> int:
    """Leave the second at which it ran."""
    leave_effect("tell_time", int(now.timestamp()))
    return 1


SWEEPS = {each.name: each for each in (linger, stumble, tell_time)}


def create_tables(url: str) -> None:
    """Make the tables that these tests need, and dbos's."""
    database = Database(url)
    ours = [Base.metadata.tables[name] for name in (Person.__tablename__, Job.__tablename__)]
    Base.metadata.create_all(database.engine, tables=ours)
    effects.create(database.engine)
    database.engine.dispose()
    create_dbos_tables(url)


def create_app(url: str | None = None) -> Flask:
    """Make an application on the database `url`, else on SCRATCH_DATABASE_URL.

    It does the sweeps that SCRATCH_SWEEPS names, in that order.
    """
    url = url or os.environ["SCRATCH_DATABASE_URL"]
    app = Flask("scratch")
    app.extensions["config"] = SimpleNamespace(worker_name="worker-1")
    app.extensions["database"] = Database(url)
    sweeps = [SWEEPS[name] for name in os.environ.get("SCRATCH_SWEEPS", "").split()]
    app.extensions["jobs"] = Jobs(url, [count, fail, refuse, say], sweeps)
    app.cli.add_command(jobs_commands)
    # The commands speak the language of the terminal.
    Babel(app)
    if "SCRATCH_STOP_SECONDS" in os.environ:
        worker.STOP_SECONDS = float(os.environ["SCRATCH_STOP_SECONDS"])
    return app
