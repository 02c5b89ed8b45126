"""The benchmark counts right, names each reason to fail, and finds what the real server was told."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import bench
import pytest
from bench_load import CLIENT, Connection, Phase, Plan, Sitter
from bench_people import CannotFill, Kept, Seat
from bench_processes import Usage
from hypothesis import given
from hypothesis import strategies as st

SCRIPT = Path(bench.__file__)
NOTHING_USED = Usage(0.0, 0.0, 0.0, 0.0)
QUICK = Phase("save", (0.1,) * 100, (), NOTHING_USED)
ALL_KEPT = bench.Outcome(acknowledged=100, rows=100, lost=0, submitted=1, lost_submissions=0)
GOOD = bench.Report("A run", (QUICK,), ALL_KEPT, server_memory=200.0, worker_memory=100.0)

WAITS = st.lists(st.floats(min_value=0, max_value=60), min_size=1, max_size=300)


@given(WAITS, st.integers(1, 100))
def test_a_percentile_is_the_first_of_the_values_that_so_many_do_not_exceed(values, hundredths):
    found = bench.percentile(values, hundredths)

    assert found in values
    enough = len(values) * hundredths / 100
    assert sum(value <= found for value in values) >= math.floor(enough)
    assert sum(value < found for value in values) < enough


@pytest.mark.parametrize(
    ("hundredths", "value"), [(50, 50.0), (95, 95.0), (99, 99.0), (100, 100.0)]
)
def test_of_the_numbers_to_a_hundred_each_is_its_own_percentile(hundredths, value):
    assert bench.percentile([float(number) for number in range(100, 0, -1)], hundredths) == value


def test_of_seven_values_the_highest_is_the_99th_percentile_and_the_fourth_is_the_50th():
    values = [5.0, 1.0, 7.0, 2.0, 6.0, 4.0, 3.0]
    assert (bench.percentile(values, 99), bench.percentile(values, 50)) == (7.0, 4.0)


@pytest.mark.parametrize(("values", "hundredths"), [([], 50), ([1.0], 0), ([1.0], 101)])
def test_no_percentile_is_made_up(values, hundredths):
    with pytest.raises(ValueError):
        bench.percentile(values, hundredths)


def test_a_plan_says_how_many_saves_it_comes_to():
    assert Plan(people=300, seconds=120, every=5).saves_each == 24
    assert Plan(people=3, seconds=11, every=5).saves_each == 2
    assert Plan(people=3, seconds=2, every=1).rush == 2


@pytest.mark.parametrize(
    ("people", "seconds", "every"), [(0, 10, 5), (1, 4, 5), (1, 0, 0), (-1, 10, 5)]
)
def test_a_plan_without_saves_is_refused(people, seconds, every):
    with pytest.raises(ValueError):
        Plan(people, seconds, every)


def test_what_others_used_is_the_rest_of_the_machine():
    used = Usage(5.0, 2.0, 1.5, 20.0).since(Usage(1.0, 1.0, 1.0, 10.0))
    assert (used.server, used.worker, used.client, used.others) == (4.0, 1.0, 0.5, 4.5)


def test_a_good_run_has_no_fault():
    assert bench.list_faults(GOOD) == []


def test_two_slow_saves_in_a_hundred_are_too_many_and_one_is_not():
    for count, is_fault in [(1, False), (2, True)]:
        slow = replace(QUICK, waits=(0.1,) * (100 - count) + (0.5,) * count)
        found = bench.list_faults(replace(GOOD, phases=(slow,)))
        assert bool(found) is is_fault
        assert all("p99 of the saves is 500 ms" in fault for fault in found)


def test_slow_submissions_are_told_and_break_no_promise():
    slow = Phase("submit", (3.0,), (), NOTHING_USED)
    report = replace(GOOD, phases=(QUICK, slow))
    assert bench.list_faults(report) == []
    assert "3000.0" in bench.write_table(report)


def test_errors_are_told_once_with_their_number():
    failed = replace(QUICK, errors=("PUT 500: oh",) * 3 + ("PUT 429: later",))
    assert bench.list_faults(replace(GOOD, phases=(failed,))) == [
        "save: 3 of 104 failed: PUT 500: oh",
        "save: 1 of 104 failed: PUT 429: later",
    ]


def test_a_phase_in_which_nothing_was_answered_can_be_shown():
    failed = Phase("save", (), ("refused",), NOTHING_USED)
    report = replace(GOOD, phases=(failed,))
    assert "–" in bench.write_table(report)
    assert bench.list_faults(report) == ["save: 1 of 1 failed: refused"]


def test_an_answer_is_lost_if_it_is_not_there_or_says_something_else():
    told = {(1, CLIENT, slot, 1): {"choices": ["a"]} for slot in (1, 2, 3)}
    sitter = Sitter(Seat(1, "token"), Connection(1, "token"), acknowledged=told, has_submitted=True)
    kept = {
        (1, CLIENT, 1, 1): {"choices": ["a"]},
        (1, CLIENT, 2, 1): {"choices": ["b"]},
        # Kept, but its receipt did not arrive: no loss.
        (1, CLIENT, 1, 2): {"choices": ["c"]},
    }

    outcome = bench.compare([sitter], Kept(kept, closed=frozenset()))

    assert outcome == bench.Outcome(3, 3, lost=2, submitted=1, lost_submissions=1)
    assert len(bench.list_faults(replace(GOOD, outcome=outcome))) == 2


def test_three_people_sit_a_test_on_the_real_server_and_nothing_is_lost(empty_database_url):
    report = bench.measure(Plan(people=3, seconds=2, every=1), empty_database_url)

    assert [(phase.name, phase.requests, phase.errors) for phase in report.phases] == [
        ("open", 3, ()),
        ("save", 6, ()),
        ("submit", 3, ()),
    ]
    assert report.outcome == bench.Outcome(6, 6, lost=0, submitted=3, lost_submissions=0)
    assert sum(phase.usage.server for phase in report.phases) > 0
    assert report.server_memory > 0
    assert report.worker_memory > 0
    assert "6 acknowledged, 6 found, 0 lost" in bench.write_table(report)


def test_a_database_that_is_in_use_is_left_alone(own_database_url):
    with pytest.raises(CannotFill, match="holds tables already"):
        bench.measure(Plan(people=1, seconds=1, every=1), own_database_url)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--people", "0"], "at least one person saves"),
        (["--database", "mysql://here"], "DATABASE_URL must begin with"),
        (["--database", "postgresql+psycopg://127.0.0.1:1/none"], "The database cannot be used"),
    ],
)
def test_what_cannot_be_measured_gets_a_sentence(arguments, said):
    done = subprocess.run(
        [sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
