"""The worker as a process: killed, restarted, stopped, replaced."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime

import pytest

from lms.core.permissions import SITE, SYSTEM, Actor, Grant, Role
from lms.jobs import JobState, enqueue, get_job
from lms.jobs.commands import adopt_jobs
from lms.jobs.errors import WorkerIsRunning
from tests.jobs.conftest import WorkerProcess

NOW = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def ask(jobs_database):
    def ask(task_name, owner_id=None, **payload):
        with jobs_database.unit_of_work() as session:
            return enqueue(session, task_name, payload, owner_id=owner_id, subject="a try", now=NOW)

    return ask


@pytest.fixture
def read_job(jobs_database):
    def read(job_id, actor=SYSTEM):
        with jobs_database.reading() as session:
            return get_job(session, actor, job_id)

    return read


def run_until_killed_at_step_seven(start_worker, ask, gate, name):
    """Return the job of twelve steps whose worker was killed while it was at the seventh."""
    worker = start_worker(name)
    job_id = ask("scratch.count", what="cut", steps=12, stop_at=7, gate=str(gate))
    assert gate.read_text() == "here"
    worker.kill()
    gate.unlink()
    return job_id


def test_a_job_whose_worker_is_killed_goes_on_after_a_restart_and_repeats_no_step(
    start_worker, ask, gate, read_job, wait_until_ended, list_effects
):
    job_id = run_until_killed_at_step_seven(start_worker, ask, gate, "w1")
    cut = read_job(job_id)
    assert (cut.state, cut.progress, cut.worker) == (JobState.RUNNING, 0.5, "w1")
    assert list_effects("cut") == [1, 2, 3, 4, 5, 6]

    assert start_worker("w1").read_line() == "worker w1 is ready"

    job = wait_until_ended(job_id)
    assert (job.state, job.progress, job.result) == (JobState.DONE, 1.0, {"total": 78})
    assert list_effects("cut") == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_another_worker_takes_over_what_a_dead_one_had_begun_once_it_is_adopted(
    jobs_app, start_worker, ask, gate, read_job, wait_until_ended, list_effects
):
    job_id = run_until_killed_at_step_seven(start_worker, ask, gate, "w1")
    assert start_worker("w2").read_line() == "worker w2 is ready"
    # What is asked for now is done, and yet the dead worker's job stays where it was.
    assert wait_until_ended(ask("scratch.say", what="next")).worker == "w2"
    assert read_job(job_id).state is JobState.RUNNING

    adopted = jobs_app.test_cli_runner().invoke(args=["jobs", "adopt", "w1"])

    assert adopted.exit_code == 0
    assert adopted.output.splitlines()[0] == job_id
    job = wait_until_ended(job_id)
    assert (job.state, job.worker, job.result) == (JobState.DONE, "w2", {"total": 78})
    assert list_effects("cut") == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert adopt_jobs("w1") == []


@pytest.mark.parametrize("name", ["", "../w1", "w 1", "é", "w" * 65])
def test_a_name_that_cannot_be_a_files_is_refused(jobs_app, name):
    refused = jobs_app.test_cli_runner().invoke(args=["jobs", "worker", "--name", name])

    assert refused.exit_code == 1
    assert "A worker's name may have letters, digits, - and _" in refused.output


def test_the_name_of_a_living_worker_is_neither_adopted_nor_taken(jobs_app, start_worker):
    assert start_worker("w1").read_line() == "worker w1 is ready"

    with pytest.raises(WorkerIsRunning):
        adopt_jobs("w1")
    runner = jobs_app.test_cli_runner()
    for arguments in (["adopt", "w1"], ["worker", "--name", "w1"]):
        refused = runner.invoke(args=["jobs", *arguments])
        assert refused.exit_code == 1
        assert "A worker named w1 is running." in refused.output


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_ends_the_step_and_leaves_the_rest_for_its_next_start(
    start_worker, ask, gate, read_job, wait_until_ended, list_effects, signal_number
):
    worker = start_worker("w1")
    assert worker.read_line() == "worker w1 is ready"
    job_id = ask("scratch.count", what="stopped", steps=12, stop_at=7, gate=str(gate))
    assert gate.read_text() == "here"
    worker.process.send_signal(signal_number)
    assert worker.read_line() == "worker w1 is stopping"

    gate.write_text("go on")

    assert worker.end() == 0
    assert list_effects("stopped") == [1, 2, 3, 4, 5, 6, 7]
    assert read_job(job_id).state is JobState.RUNNING
    gate.unlink()
    start_worker("w1")
    assert wait_until_ended(job_id).state is JobState.DONE
    assert list_effects("stopped") == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_a_step_that_takes_too_long_to_stop_is_cut_and_runs_again(
    start_worker, ask, gate, read_job, wait_until_ended, list_effects
):
    worker = start_worker("w1", SCRATCH_STOP_SECONDS="0.1")
    assert worker.read_line() == "worker w1 is ready"
    job_id = ask("scratch.count", what="slow", steps=2, stop_at=2, gate=str(gate))
    assert gate.read_text() == "here"

    worker.process.terminate()

    assert worker.end() == 0
    assert list_effects("slow") == [1]
    assert "it will run again" in worker.log.read_text()
    gate.unlink()
    start_worker("w1")
    assert wait_until_ended(job_id).state is JobState.DONE
    assert list_effects("slow") == [1, 2]


def test_a_worker_without_tables_says_what_to_do(empty_database_url, tmp_path):
    worker = WorkerProcess(empty_database_url, "w1", tmp_path / "log", {})

    assert worker.end() == 1
    assert "Run: flask database upgrade" in worker.log.read_text()


def test_a_failing_task_is_tried_three_times_then_failed_and_its_error_can_be_read(
    jobs_app, person_id, start_worker, ask, read_job, wait_until_ended, list_effects
):
    worker = start_worker("w1")
    failing = ask("scratch.fail", what="fails", message="Oumou is ill", owner_id=person_id)
    recovering = ask("scratch.fail", what="recovers", message="not yet", times=2)
    refused = ask("scratch.refuse", what="refused")

    job = wait_until_ended(failing)
    assert job.state is JobState.FAILED
    assert job.error == "ValueError: Oumou is ill"
    assert list_effects("fails") == [1, 2, 3]

    assert wait_until_ended(recovering).result == "went well"
    assert list_effects("recovers") == [1, 2, 3]

    # What is refused once will be refused again.
    assert wait_until_ended(refused).error == "NoSuchForm: There is no such form."
    assert list_effects("refused") == [1]

    # The owner sees that it failed; why is for those who run the place.
    assert read_job(failing, Actor(person_id)).state is JobState.FAILED
    assert read_job(failing, Actor(person_id)).error is None
    administrator = Actor(person_id + 1, grants=frozenset({Grant(Role.ADMINISTRATOR, SITE)}))
    assert read_job(failing, administrator).error == job.error

    listed = jobs_app.test_cli_runner().invoke(args=["jobs", "list", "--json"])
    assert {row["id"]: row["error"] for row in json.loads(listed.output)} == {
        failing: job.error,
        refused: "NoSuchForm: There is no such form.",
    }

    worker.process.terminate()
    worker.end()
    log = worker.log.read_text()
    assert "ValueError" in log
    assert "Oumou" not in log
