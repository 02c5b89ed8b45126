"""A job that is cancelled: while it waits, between two of its steps, and when it has ended already."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import text

from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Grant, Role
from lms.jobs import (
    JobHasEnded,
    JobNotFound,
    Jobs,
    JobState,
    cancel_job,
    enqueue,
    get_job,
)
from lms.jobs.workflows import POSTGRESQL_SCHEMA, schema_of

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
ADMINISTRATOR = Actor(99, grants=frozenset({Grant(Role.ADMINISTRATOR, SITE)}))


@pytest.fixture
def ask(jobs_database):
    def ask(task_name, owner_id=None, **payload):
        with jobs_database.unit_of_work() as session:
            return enqueue(session, task_name, payload, owner_id=owner_id, subject="a try", now=NOW)

    return ask


@pytest.fixture
def cancel(jobs_database):
    def cancel(job_id, actor=SYSTEM):
        with jobs_database.unit_of_work() as session:
            cancel_job(session, actor, job_id)

    return cancel


@pytest.fixture
def read_state(jobs_database):
    def read(job_id):
        with jobs_database.reading() as session:
            return get_job(session, SYSTEM, job_id).state

    return read


def test_a_job_that_runs_ends_before_its_next_step_and_is_not_taken_up_again(
    start_worker, ask, cancel, gate, read_state, wait_until_ended, list_effects
):
    worker = start_worker("w1")
    job_id = ask("scratch.count", what="cut", steps=12, stop_at=7, gate=str(gate))
    assert gate.read_text() == "here"

    cancel(job_id)
    gate.write_text("go on")

    # What is asked for next finds the worker free.
    assert wait_until_ended(ask("scratch.say", what="next")).state is JobState.DONE
    worker.process.terminate()
    assert worker.end() == 0
    assert list_effects("cut") == [1, 2, 3, 4, 5, 6, 7]
    gate.unlink()
    assert start_worker("w1").read_line() == "worker w1 is ready"
    assert wait_until_ended(ask("scratch.say", what="after")).state is JobState.DONE
    assert read_state(job_id) is JobState.CANCELLED
    assert list_effects("cut") == [1, 2, 3, 4, 5, 6, 7]


def test_a_job_that_waits_never_begins(
    start_worker, ask, cancel, read_state, wait_until_ended, list_effects
):
    job_id = ask("scratch.count", what="waits", steps=2)
    cancel(job_id)
    cancel(job_id)

    start_worker("w1")

    assert wait_until_ended(ask("scratch.say", what="next")).state is JobState.DONE
    assert read_state(job_id) is JobState.CANCELLED
    assert list_effects("waits") == []


def test_what_has_ended_stays_as_it_is(start_worker, ask, cancel, read_state, wait_until_ended):
    start_worker("w1")
    done, failed = ask("scratch.say", what="done"), ask("scratch.refuse", what="failed")
    assert wait_until_ended(done).state is JobState.DONE
    assert wait_until_ended(failed).state is JobState.FAILED

    for job_id, state in ((done, JobState.DONE), (failed, JobState.FAILED)):
        with pytest.raises(JobHasEnded, match="ended already"):
            cancel(job_id)
        assert read_state(job_id) is state


def test_only_its_owner_and_those_who_read_every_job_cancel_it(ask, cancel, read_state, person_id):
    job_id = ask("scratch.count", what="own", steps=1, owner_id=person_id)

    for stranger in (Actor(person_id + 1), Actor(None, is_system=False)):
        with pytest.raises((JobNotFound, SignInRequired)):
            cancel(job_id, stranger)
        assert read_state(job_id) is JobState.WAITING
    with pytest.raises(SignInRequired):
        cancel(job_id, NOBODY)

    cancel(job_id, Actor(person_id))
    assert read_state(job_id) is JobState.CANCELLED

    other = ask("scratch.count", what="other", steps=1, owner_id=person_id)
    cancel(other, ADMINISTRATOR)
    assert read_state(other) is JobState.CANCELLED


def test_it_is_what_dbos_itself_would_write(jobs_app, jobs_database, ask, cancel):
    ours, theirs = ask("scratch.say", what="ours"), ask("scratch.say", what="theirs")
    cancel(ours)
    jobs: Jobs = jobs_app.extensions["jobs"]
    client = DBOSClient(
        system_database_url=jobs.database_url,
        dbos_system_schema=POSTGRESQL_SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
    )
    try:
        client.cancel_workflow(theirs)
    finally:
        client.destroy()

    rows = {}
    with jobs_database.reading() as session:
        schema = schema_of(session)
        table = f"{schema}.workflow_status" if schema else "workflow_status"
        for row in session.execute(text(f"SELECT * FROM {table}")).mappings():
            own = {"created_at", "updated_at", "completed_at", "creator_xid"}
            kept = {name: value for name, value in row.items() if name not in own}
            rows[kept.pop("workflow_uuid")] = kept
            assert abs(row["updated_at"] - row["completed_at"]) < 2
            assert row["completed_at"] > 1_700_000_000_000

    assert rows[ours] == rows[theirs]
    assert rows[ours]["status"] == "CANCELLED"
