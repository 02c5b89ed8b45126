from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from lms.core.permissions import SYSTEM
from lms.jobs import JobNotFound, JobState, enqueue, get_job, list_jobs
from lms.jobs.models import Job
from lms.jobs.workflows import workflow_tables

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


def ask(session, *, key=None, owner_id=None, name="scratch.say"):
    return enqueue(
        session, name, {"what": "x"}, owner_id=owner_id, subject="a try", now=NOW, key=key
    )


def count_workflows(session):
    return session.scalar(select(func.count()).select_from(workflow_tables(session).status))


def test_work_waits_once_its_transaction_commits(jobs_database):
    with jobs_database.unit_of_work() as session:
        job_id = ask(session)

    with jobs_database.reading() as session:
        job = get_job(session, SYSTEM, job_id)
    assert (job.name, job.subject, job.created_at) == ("scratch.say", "a try", NOW)
    assert (job.state, job.progress, job.result, job.error) == (JobState.WAITING, 0.0, None, None)
    assert job.worker is None


def test_work_is_seen_in_the_transaction_that_asks_for_it(jobs_session):
    assert get_job(jobs_session, SYSTEM, ask(jobs_session)).state is JobState.WAITING


def test_work_asked_for_in_a_transaction_that_rolls_back_never_was(jobs_database):
    asked = []

    def ask_and_fail():
        with jobs_database.unit_of_work() as session:
            asked.append(ask(session))
            raise KeyError("any fault in the middle of the caller's work")

    with pytest.raises(KeyError):
        ask_and_fail()

    with jobs_database.reading() as session:
        with pytest.raises(JobNotFound):
            get_job(session, SYSTEM, asked[0])
        assert count_workflows(session) == 0


def test_the_same_key_twice_is_one_job(jobs_database):
    with jobs_database.unit_of_work() as session:
        first = ask(session, key="credential 7")
        again = ask(session, key="credential 7")
    with jobs_database.unit_of_work() as session:
        later = ask(session, key="credential 7")
        other = ask(session, key="credential 8")

    assert first == again == later != other
    with jobs_database.reading() as session:
        assert {job.id for job in list_jobs(session, SYSTEM)} == {first, other}
        assert count_workflows(session) == 2


def test_two_that_use_a_key_at_the_same_moment_get_the_same_job(jobs_app, jobs_database):
    together = Barrier(2)

    def click():
        with jobs_app.app_context(), jobs_database.sessionmaker() as session:
            together.wait(10)
            job_id = ask(session, key="two clicks")
            session.commit()
            return job_id

    with ThreadPoolExecutor(2) as clicks:
        first, second = [clicks.submit(click), clicks.submit(click)]

    assert first.result() == second.result()
    with jobs_database.reading() as session:
        assert count_workflows(session) == 1


def test_a_used_key_leaves_the_rest_of_the_callers_work(jobs_database):
    with jobs_database.unit_of_work() as session:
        ask(session, key="once")
    with jobs_database.unit_of_work() as session:
        before = ask(session)
        ask(session, key="once")

    with jobs_database.reading() as session:
        assert get_job(session, SYSTEM, before).state is JobState.WAITING


def test_work_without_a_task_is_refused_before_anything_is_written(jobs_session):
    with pytest.raises(LookupError, match=r"scratch\.unheard_of"):
        ask(jobs_session, name="scratch.unheard_of")

    assert jobs_session.scalar(select(func.count()).select_from(Job)) == 0


def test_work_for_an_owner_that_is_not_there_is_a_fault_not_an_earlier_job(jobs_session):
    with pytest.raises(IntegrityError):
        ask(jobs_session, owner_id=404, key="of nobody")


def test_a_job_survives_its_owner(jobs_database, person_id):
    with jobs_database.unit_of_work() as session:
        job_id = ask(session, owner_id=person_id)
    with jobs_database.unit_of_work() as session:
        session.execute(text("DELETE FROM accounts_person"))

    with jobs_database.reading() as session:
        assert get_job(session, SYSTEM, job_id).state is JobState.WAITING
