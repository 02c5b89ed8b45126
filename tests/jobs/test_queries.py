from datetime import UTC, datetime, timedelta

import pytest

from lms.core.db import Database
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Grant, Role
from lms.jobs import (
    JobNotFound,
    JobState,
    create_dbos_tables,
    enqueue,
    get_job,
    is_ready,
    list_jobs,
    list_states,
    policy,
)
from tests.jobs.waiting import run_waiting

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
ADMINISTRATOR = Actor(person_id=None, grants=frozenset({Grant(Role.ADMINISTRATOR, SITE)}))


@pytest.fixture
def make_job(jobs_session):
    def make(*, owner_id=None, at=NOW):
        return enqueue(
            jobs_session,
            "scratch.say",
            {"what": "Élise"},
            owner_id=owner_id,
            subject="a try",
            now=at,
        )

    return make


def test_anothers_job_is_not_found(jobs_session, make_job, person_id):
    job_id = make_job(owner_id=person_id)

    assert get_job(jobs_session, Actor(person_id), job_id).id == job_id
    with pytest.raises(JobNotFound):
        get_job(jobs_session, Actor(person_id + 1), job_id)
    with pytest.raises(SignInRequired):
        get_job(jobs_session, NOBODY, job_id)


def test_the_states_of_several_jobs_are_those_of_the_actors_own(jobs_session, make_job, person_id):
    own, systems, other = make_job(owner_id=person_id), make_job(), make_job(owner_id=person_id)

    found = list_states(jobs_session, Actor(person_id), [own, systems])

    assert found == {own: JobState.WAITING}
    assert list_states(jobs_session, SYSTEM, [systems, other]).keys() == {systems, other}
    assert list_states(jobs_session, NOBODY, [own, systems, other]) == {}


def test_a_job_that_is_not_there_is_not_found(jobs_session):
    with pytest.raises(JobNotFound):
        get_job(jobs_session, SYSTEM, "2b1c6f0e-0000-4000-8000-000000000000")


def test_the_list_holds_what_one_may_read_and_no_more(jobs_session, make_job, person_id):
    owners = {make_job(owner_id=person_id): person_id, make_job(owner_id=None): None}

    for actor in (Actor(person_id), Actor(person_id + 1), NOBODY, ADMINISTRATOR, SYSTEM):
        listed = {job.id for job in list_jobs(jobs_session, actor)}
        assert listed == {id for id, owner in owners.items() if policy.may_read(actor, owner)}


def test_the_list_begins_with_the_newest_and_ends_at_its_limit(jobs_session, make_job):
    newest_first = [make_job(at=NOW - timedelta(minutes=minutes)) for minutes in range(3)]

    assert [job.id for job in list_jobs(jobs_session, SYSTEM, limit=2)] == newest_first[:2]


def test_the_list_holds_the_states_asked_for(jobs_session, make_job):
    waiting = make_job()

    listed = list_jobs(jobs_session, SYSTEM, states={JobState.WAITING})
    assert [job.id for job in listed] == [waiting]
    assert list_jobs(jobs_session, SYSTEM, states={JobState.RUNNING, JobState.FAILED}) == []


def test_a_job_that_was_run_without_a_worker_is_done_as_by_one(jobs_app, jobs_database):
    with jobs_database.unit_of_work() as session:
        job_id = enqueue(
            session, "scratch.say", {"what": "Élise"}, owner_id=None, subject="a try", now=NOW
        )

    assert run_waiting(jobs_app) == [job_id]

    with jobs_database.reading() as session:
        job = get_job(session, SYSTEM, job_id)
    assert (job.state, job.progress) == (JobState.DONE, 1.0)
    assert job.result == {"said": "Élise", "by": [1, 2]}
    assert run_waiting(jobs_app) == []


def test_it_is_ready_once_dbos_has_its_tables(empty_database_url):
    database = Database(empty_database_url)
    with database.reading() as session:
        assert not is_ready(session)

    create_dbos_tables(empty_database_url)
    create_dbos_tables(empty_database_url)

    with database.reading() as session:
        assert is_ready(session)
    database.engine.dispose()
