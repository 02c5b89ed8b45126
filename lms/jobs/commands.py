"""Every write of jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.jobs.domain import JobState
from lms.jobs.errors import JobHasEnded
from lms.jobs.models import Job
from lms.jobs.queries import find_job_id, get_job
from lms.jobs.worker_name import hold_worker_name
from lms.jobs.workflows import jobs


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any],
    *,
    owner_id: int | None,
    subject: str,
    now: datetime,
    key: str | None = None,
) -> str:
    """Ask for work in the caller's transaction, and return the job's id. For other rooms: no actor.

    It begins once the transaction commits, and never was if that rolls back. A `key` that was used
    before returns the first job, whatever became of it. `subject` and `payload` hold no personal
    data, but ids.
    """
    if name not in jobs().tasks:
        raise LookupError(f"no task is named {name}")
    job_id = str(uuid4())
    try:
        # Two that come at once meet at the unique key; the savepoint keeps the loser's other work.
        with session.begin_nested():
            session.execute(
                insert(Job).values(
                    id=job_id,
                    name=name,
                    subject=subject,
                    owner_id=owner_id,
                    key=key,
                    created_at=now,
                )
            )
    except IntegrityError:
        first = find_job_id(session, key) if key is not None else None
        if first is None:
            raise
        return first
    jobs().start_in_transaction(session, job_id, name, payload)
    return job_id


def cancel_job(session: Session, actor: Actor, job_id: str) -> None:
    """Let the job end before its next step; one that is cancelled stays so.

    Its owner may, and those who may read every job. Raises `JobHasEnded`, `JobNotFound` or `SignInRequired`.
    """
    state = get_job(session, actor, job_id).state
    if state is JobState.CANCELLED or jobs().cancel_in_transaction(session, job_id):
        return
    raise JobHasEnded


def adopt_jobs(worker_name: str) -> list[str]:
    """Put what a dead worker has begun back into the queue, for any other, and return the ids.

    For the operator at the command line: no actor and no session, since dbos writes by itself.
    Raises `WorkerIsRunning` if that worker lives.
    """
    with hold_worker_name(jobs().database_url, worker_name):
        return jobs().release(worker_name)
