"""Runs waiting jobs in the test's own process, for tests of rooms that ask for background work."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from sqlalchemy import Row, TableClause, column, insert, select, table, update
from sqlalchemy.orm import Session

from lms.core.db import unit_of_work
from lms.jobs import Json
from lms.jobs.workflows import schema_of

P = ParamSpec("P")
J = TypeVar("J", bound=Json)


class OneRunProgress:
    """Runs each step once; its result passes through JSON, as a worker's does."""

    def step(self, name: str, function: Callable[P, J], /, *args: P.args, **kwargs: P.kwargs) -> J:
        kept: J = json.loads(json.dumps(function(*args, **kwargs), allow_nan=False))
        return kept

    def report(self, done: int, total: int) -> None:
        assert 0 <= done <= total


def run_waiting(app: Flask) -> list[str]:
    """Run what was committed and waits, oldest first, and what that asks for; return the job ids.

    The tasks are the application's own, and each job ends as done. What a task raises is raised
    here, at its first try, and leaves its job waiting. Nothing is durable: worker processes are
    tried in tests/jobs/test_worker.py.
    """
    run: list[str] = []
    with app.app_context():
        while (job := _oldest_waiting()) is not None:
            payload = json.loads(job.inputs)["positionalArgs"][0]
            result = app.extensions["jobs"].tasks[job.name].run(payload, OneRunProgress())
            _mark_done(job.id, json.dumps(result))
            run.append(job.id)
    return run


def _oldest_waiting() -> Row[Any, Any, Any] | None:
    with unit_of_work() as session:
        status, given, _output = _dbos_tables(session)
        return session.execute(
            select(status.c.workflow_uuid.label("id"), status.c.name, given.c.inputs)
            .join(given, given.c.workflow_uuid == status.c.workflow_uuid)
            .where(status.c.status == "ENQUEUED")
            .order_by(status.c.created_at)
            .limit(1)
        ).one_or_none()


def _mark_done(job_id: str, result: str) -> None:
    with unit_of_work() as session:
        status, _given, output = _dbos_tables(session)
        session.execute(
            update(status).where(status.c.workflow_uuid == job_id).values(status="SUCCESS")
        )
        session.execute(insert(output).values(workflow_uuid=job_id, output=result))


def _dbos_tables(session: Session) -> tuple[TableClause, TableClause, TableClause]:
    schema = schema_of(session)
    return (
        table(
            "workflow_status",
            *map(column, ("workflow_uuid", "name", "status", "created_at")),
            schema=schema,
        ),
        table("workflow_input", *map(column, ("workflow_uuid", "inputs")), schema=schema),
        table("workflow_output", *map(column, ("workflow_uuid", "output")), schema=schema),
    )
