"""What workers do every so often: again and again, through faults, and until told to stop."""

from __future__ import annotations

import logging
import signal
import time

import pytest

from lms.core import clock
from lms.jobs import Jobs, Sweep, sweep
from lms.jobs.worker import STOP_SECONDS
from tests.jobs.conftest import PATIENCE_SECONDS


@pytest.fixture
def wait_for_effects(list_effects):
    """Wait until sweeps have left so many effects under that word, and return the effects."""

    def wait(what, count):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found := list_effects(what)) < count:
            assert time.monotonic() < deadline, f"there are only {len(found)} effects of {what}"
            time.sleep(0.05)
        return found

    return wait


def test_a_worker_sweeps_at_its_start_and_every_so_often(start_worker, wait_for_effects):
    before = int(clock.now().timestamp())
    start_worker("w1", SCRATCH_SWEEPS="scratch.tell_time")

    seconds = wait_for_effects("tell_time", 3)

    assert before <= seconds[0] < seconds[1] < seconds[2] <= clock.now().timestamp()


def test_a_sweep_that_fails_is_logged_without_its_message_and_runs_again_as_do_the_others(
    start_worker, wait_for_effects
):
    worker = start_worker("w1", SCRATCH_SWEEPS="scratch.stumble scratch.tell_time")

    wait_for_effects("stumble", 2)
    wait_for_effects("tell_time", 2)

    worker.process.terminate()
    assert worker.end() == 0
    log = worker.log.read_text()
    assert log.count("The sweep scratch.stumble failed: ValueError") >= 2
    assert "in stumble" in log
    assert "Oumou" not in log


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_between_sweeps_stops_at_once(
    start_worker, wait_for_effects, signal_number
):
    worker = start_worker("w1", SCRATCH_SWEEPS="scratch.linger")
    assert worker.read_line() == "worker w1 is ready"
    wait_for_effects("linger", 1)
    # The effect is seen a moment before the sweep has ended and its thread rests.
    time.sleep(0.5)
    told_at = time.monotonic()

    worker.process.send_signal(signal_number)

    assert worker.end() == 0
    assert time.monotonic() - told_at < STOP_SECONDS
    assert "took too long" not in worker.log.read_text()


def test_a_worker_told_to_stop_lets_the_sweep_that_runs_end_and_begins_no_other(
    start_worker, gate, list_effects
):
    worker = start_worker(
        "w1", SCRATCH_SWEEPS="scratch.linger scratch.tell_time", SCRATCH_GATE=str(gate)
    )
    assert worker.read_line() == "worker w1 is ready"
    assert gate.read_text() == "here"
    worker.process.terminate()
    assert worker.read_line() == "worker w1 is stopping"

    gate.write_text("go on")

    assert worker.end() == 0
    assert list_effects("linger") == [1]
    assert list_effects("tell_time") == []
    assert "took too long" not in worker.log.read_text()


def test_a_sweep_that_takes_too_long_to_stop_is_cut_and_runs_at_the_next_start(
    start_worker, gate, list_effects, wait_for_effects
):
    worker = start_worker(
        "w1",
        SCRATCH_SWEEPS="scratch.linger",
        SCRATCH_GATE=str(gate),
        SCRATCH_STOP_SECONDS="0.1",
    )
    assert worker.read_line() == "worker w1 is ready"
    assert gate.read_text() == "here"

    worker.process.terminate()

    assert worker.end() == 0
    assert "it will run again" in worker.log.read_text()
    assert list_effects("linger") == []
    start_worker("w1", SCRATCH_SWEEPS="scratch.linger")
    assert wait_for_effects("linger", 1) == [1]


def test_a_worker_waits_for_no_other_workers_sweep(start_worker, gate, wait_for_effects):
    start_worker("w1", SCRATCH_SWEEPS="scratch.linger", SCRATCH_GATE=str(gate))
    assert gate.read_text() == "here"

    start_worker("w2", SCRATCH_SWEEPS="scratch.linger")

    assert wait_for_effects("linger", 1) == [1]
    gate.write_text("go on")
    assert wait_for_effects("linger", 2) == [1, 1]


def test_two_sweeps_of_one_name_are_refused():
    first, second = (Sweep("room.do_work", seconds, lambda now: 0) for seconds in (1, 2))

    with pytest.raises(ValueError, match=r"two sweeps are named room\.do_work"):
        Jobs("sqlite://", [], [first, second])


# --- flask jobs sweep -----------------------------------------------------------------------------


@pytest.fixture
def swept():
    """What the sweeps below were given, by their names."""
    return {}


@pytest.fixture
def run_command(jobs_app, swept):
    """Run `flask jobs sweep` where a sweep does three things, one fails and one does nothing."""

    @sweep("scratch.count_three", every=3600)
    def count_three(now):
        swept["scratch.count_three"] = now
        return 3

    message = "Oumou is ill"

    @sweep("scratch.fall", every=3600)
    def fall(now):
        swept["scratch.fall"] = now
        raise ValueError(message)

    @sweep("scratch.rest", every=3600)
    def rest(now):
        swept["scratch.rest"] = now
        return 0

    def run(*arguments, sweeps=(count_three, fall, rest)):
        jobs_app.extensions["jobs"] = Jobs(jobs_app.extensions["jobs"].database_url, [], sweeps)
        return jobs_app.test_cli_runner().invoke(args=["jobs", "sweep", *arguments])

    return run


def test_one_sweep_can_be_run_now(run_command, swept):
    before = clock.now()

    ran = run_command("scratch.count_three")

    assert (ran.exit_code, ran.output) == (0, "scratch.count_three: 3\n")
    assert [*swept] == ["scratch.count_three"]
    assert before <= swept["scratch.count_three"] <= clock.now()


def test_all_sweeps_can_be_run_now_and_one_that_fails_stops_no_other(run_command, swept, caplog):
    with caplog.at_level(logging.WARNING, "lms.jobs"):
        ran = run_command()

    assert ran.exit_code == 1
    assert ran.output == "scratch.count_three: 3\nscratch.fall: failed\nscratch.rest: 0\n"
    assert [*swept] == ["scratch.count_three", "scratch.fall", "scratch.rest"]
    (record,) = caplog.records
    assert record.getMessage().startswith("The sweep scratch.fall failed: ValueError\n")
    assert "Oumou" not in caplog.text


def test_a_sweep_that_does_not_exist_is_refused_and_none_runs(run_command, swept):
    refused = run_command("scratch.unheard_of")

    assert refused.exit_code == 1
    assert "No sweep is named scratch.unheard_of." in refused.output
    assert swept == {}
