"""The one place that knows dbos: its tables, its client, and what its states mean to us.

dbos costs 16 MB, so it is imported where it is used: a process that only reads jobs never loads it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app
from sqlalchemy import TableClause, column, null, table, update
from sqlalchemy.orm import Session

from lms.jobs.domain import JobState, Json, Sweep, Task
from lms.jobs.errors import SweepNotFound

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION = "scrutin"
# Never raise it: what a worker of another version left unfinished would stay so for good.
APPLICATION_VERSION = "1"
QUEUE = "default"
PROGRESS_EVENT = "progress"
# On PostgreSQL dbos has a schema of its own; SQLite has none.
POSTGRESQL_SCHEMA = "dbos"

# A job that is waiting is ENQUEUED and one that is running PENDING, in dbos's words.
STATES: Mapping[str, JobState] = {
    "ENQUEUED": JobState.WAITING,
    "DELAYED": JobState.WAITING,
    "PENDING": JobState.RUNNING,
    "SUCCESS": JobState.DONE,
    "ERROR": JobState.FAILED,
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": JobState.FAILED,
    "CANCELLED": JobState.CANCELLED,
}
UNFINISHED = ("ENQUEUED", "DELAYED", "PENDING")
# dbos keeps no error for it.
INTERRUPTED_TOO_OFTEN = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"


@dataclass(frozen=True, slots=True)
class WorkflowTables:
    """The columns of dbos's tables that we read, in the caller's own transaction."""

    status: TableClause
    output: TableClause
    events: TableClause


@cache
def _workflow_tables(schema: str | None) -> WorkflowTables:
    def make(name: str, *columns: str) -> TableClause:
        return table(name, *map(column, columns), schema=schema)

    return WorkflowTables(
        status=make(
            "workflow_status",
            *("workflow_uuid", "status", "executor_id"),
            *("owner_xid", "queue_name", "deduplication_id", "started_at_epoch_ms"),
            *("updated_at", "completed_at"),
        ),
        output=make("workflow_output", "workflow_uuid", "output", "error"),
        events=make("workflow_events", "workflow_uuid", "key", "value"),
    )


def schema_of(session: Session) -> str | None:
    """Return the schema in which dbos's tables are."""
    return POSTGRESQL_SCHEMA if session.get_bind().dialect.name == "postgresql" else None


def workflow_tables(session: Session) -> WorkflowTables:
    """Return dbos's tables as they are named in the session's database."""
    return _workflow_tables(schema_of(session))


def read_json(text: str | None) -> Json:
    """Return what dbos kept; no text is None."""
    value: Json = None if text is None else json.loads(text)
    return value


def read_progress(text: str | None) -> tuple[int, int]:
    """Return what was last reported: how many are done, and of how many; 0 of 0 before that."""
    done, total = (0, 0) if text is None else json.loads(text)
    return done, total


def read_error(status: str, text: str | None) -> str | None:
    """Return the error that dbos kept, as `Class: message`."""
    if status == INTERRUPTED_TOO_OFTEN:
        return "Interrupted: its worker died too often while it ran"
    if text is None:
        return None
    error = json.loads(text)
    return f"{error['name']}: {error['message']}"


N = TypeVar("N", Task, Sweep)


def _by_name(kind: str, all_named: Iterable[N]) -> dict[str, N]:
    found: dict[str, N] = {}
    for named in all_named:
        if named.name in found:
            raise ValueError(f"two {kind} are named {named.name}")
        found[named.name] = named
    return found


class Jobs:
    """An application's tasks and sweeps, and its way to hand work to dbos in its own transactions."""

    def __init__(self, database_url: str, tasks: Iterable[Task], sweeps: Iterable[Sweep]) -> None:
        self.database_url = database_url
        self.tasks = _by_name("tasks", tasks)
        self.sweeps = _by_name("sweeps", sweeps)
        self._client: DBOSClient | None = None
        self._lock = Lock()

    def get_sweep(self, name: str) -> Sweep:
        """Return the sweep of that name. Raises `SweepNotFound`."""
        try:
            return self.sweeps[name]
        except KeyError:
            raise SweepNotFound(name=name) from None

    def start_in_transaction(
        self, session: Session, job_id: str, task_name: str, payload: dict[str, Any]
    ) -> None:
        """Queue the work as part of the session's transaction."""
        self._connect().enqueue_in_transaction(
            session,
            {"workflow_name": task_name, "queue_name": QUEUE, "workflow_id": job_id},
            payload,
        )

    def cancel_in_transaction(self, session: Session, job_id: str) -> bool:
        """Cancel the work as part of the session's transaction; say whether it had not ended yet.

        The same that dbos's own client writes, which cannot write in our transaction; a test compares the two. The
        worker that has it leaves it at its next step, and what it then says of the end is not taken.
        """
        status = workflow_tables(session).status
        now = time.time_ns() // 1_000_000
        done = session.execute(
            update(status)
            .where(status.c.workflow_uuid == job_id, status.c.status.in_(UNFINISHED))
            .values(
                status="CANCELLED",
                owner_xid=null(),
                queue_name=null(),
                deduplication_id=null(),
                started_at_epoch_ms=null(),
                updated_at=now,
                completed_at=now,
            )
        )
        return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE has it

    def release(self, worker_name: str) -> list[str]:
        """Put back into the queue what that worker has begun; return the ids of those jobs.

        dbos writes in a transaction of its own, so open no unit of work around it.
        """
        client = self._connect()
        begun = client.list_workflows(
            status="PENDING", executor_id=worker_name, load_input=False, load_output=False
        )
        job_ids = [workflow.workflow_id for workflow in begun]
        if job_ids:
            client.resume_workflows(job_ids, queue_name=QUEUE)
        return job_ids

    def close(self) -> None:
        """Close the connections that dbos opened."""
        with self._lock:
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _connect(self) -> DBOSClient:
        with self._lock:
            if self._client is None:
                from dbos import DBOSClient, DBOSPortableJSONSerializer

                # Lazy: work is queued on the caller's connection, so most processes open none here.
                # An engine of ours would break dbos, as it begins each transaction by itself.
                self._client = DBOSClient(
                    system_database_url=self.database_url,
                    dbos_system_schema=POSTGRESQL_SCHEMA,
                    serializer=DBOSPortableJSONSerializer(),
                    application_name=APPLICATION,
                    lazy=True,
                )
            return self._client


def jobs() -> Jobs:
    """Return the current application's tasks, sweeps and queue."""
    found: Jobs = current_app.extensions["jobs"]
    return found


def create_dbos_tables(database_url: str) -> None:
    """Create dbos's tables, or bring them up to date. Call it after Alembic, in no transaction."""
    from dbos import DBOS

    DBOS.migrate(database_url, schema=POSTGRESQL_SCHEMA)
