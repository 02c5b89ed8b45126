"""Every read of jobs. dbos's tables are read in the caller's transaction, with our own."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, false, inspect, select, true
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.jobs import policy
from lms.jobs.domain import JobFile, JobState, JobView, fraction_done, read_file, without_key
from lms.jobs.errors import FileNotReady, JobNotFound, NoFile
from lms.jobs.models import Job
from lms.jobs.workflows import (
    PROGRESS_EVENT,
    STATES,
    jobs,
    read_error,
    read_json,
    read_progress,
    schema_of,
    workflow_tables,
)


def get_job(session: Session, actor: Actor, job_id: str) -> JobView:
    """Return a job of the actor's own, or anybody's for those who may. Raises `JobNotFound` or `SignInRequired`."""
    return _view(actor, _get_row(session, actor, job_id))


def get_file(session: Session, actor: Actor, job_id: str) -> JobFile:
    """Return the file that the job made. Its task is asked whether the actor may still have it.

    Raises `NoFile`, `FileNotReady`, `JobNotFound` or `SignInRequired`.
    """
    row = _get_row(session, actor, job_id)
    task = jobs().tasks.get(row.name)
    if task is not None and task.check_fetch is not None:
        task.check_fetch(session, actor, job_id)
    if STATES[row.status] in {JobState.WAITING, JobState.RUNNING}:
        raise FileNotReady
    file = read_file(read_json(row.output))
    if file is None:
        raise NoFile
    return file


def list_jobs(
    session: Session,
    actor: Actor,
    *,
    states: Collection[JobState] = frozenset(JobState),
    limit: int = 100,
) -> list[JobView]:
    """Return the newest jobs in those states that the actor may see, newest first."""
    statuses = [status for status, state in STATES.items() if state in states]
    rows = session.execute(
        _select_jobs(session)
        .where(_readable_by(actor), workflow_tables(session).status.c.status.in_(statuses))
        .order_by(Job.created_at.desc(), Job.id)
        .limit(limit)
    )
    return [_view(actor, row) for row in rows]


def list_states(session: Session, actor: Actor, job_ids: Collection[str]) -> dict[str, JobState]:
    """Return the state of each of the jobs that the actor may see, under its id; one query."""
    status = workflow_tables(session).status
    rows = session.execute(
        select(Job.id, status.c.status)
        .join(status, status.c.workflow_uuid == Job.id)
        .where(_readable_by(actor), Job.id.in_(job_ids))
    )
    return {job_id: STATES[name] for job_id, name in rows}


def find_job_id(session: Session, key: str) -> str | None:
    """Return the job that was asked for under `key`. For commands alone: it asks for no actor."""
    return session.scalar(select(Job.id).where(Job.key == key))


def failed_jobs(session: Session) -> Subquery:
    """Return `id` and `created_at` of every job that has failed, for rooms above to join."""
    status = workflow_tables(session).status
    failures = [name for name, state in STATES.items() if state is JobState.FAILED]
    return (
        select(Job.id, Job.created_at)
        .join(status, status.c.workflow_uuid == Job.id)
        .where(status.c.status.in_(failures))
        .subquery("failed_jobs")
    )


def is_ready(session: Session) -> bool:
    """Say whether dbos's tables are there, so that work can be queued. For `/ready`: no actor."""
    return inspect(session.connection()).has_table("workflow_status", schema=schema_of(session))


def _get_row(session: Session, actor: Actor, job_id: str) -> Row[Any]:
    actor.require_somebody()
    row = session.execute(_select_jobs(session).where(Job.id == job_id)).one_or_none()
    if row is None or not policy.may_read(actor, row.owner_id):
        raise JobNotFound
    return row


def _readable_by(actor: Actor) -> ColumnElement[bool]:
    if policy.may_read_all(actor):
        return true()
    if actor.person_id is None:
        return false()
    return Job.owner_id == actor.person_id


def _select_jobs(session: Session) -> Select[Any]:
    tables = workflow_tables(session)
    status, output, events = tables.status, tables.output, tables.events
    return (
        select(
            Job.id,
            Job.name,
            Job.subject,
            Job.owner_id,
            Job.created_at,
            status.c.status,
            status.c.executor_id,
            output.c.output,
            output.c.error,
            events.c.value.label("progress"),
        )
        .join(status, status.c.workflow_uuid == Job.id)
        .outerjoin(output, output.c.workflow_uuid == Job.id)
        .outerjoin(events, and_(events.c.workflow_uuid == Job.id, events.c.key == PROGRESS_EVENT))
    )


def _view(actor: Actor, row: Row[Any]) -> JobView:
    state = STATES[row.status]
    return JobView(
        id=row.id,
        name=row.name,
        subject=row.subject,
        state=state,
        progress=fraction_done(state, *read_progress(row.progress)),
        result=without_key(read_json(row.output)),
        error=read_error(row.status, row.error) if policy.may_read_all(actor) else None,
        worker=row.executor_id,
        created_at=row.created_at,
    )
