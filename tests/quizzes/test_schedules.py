"""No acknowledged answer is lost, and none counts that should not: drawn schedules against a real server.

A schedule that fails is played again with `tools/prove_saving.py --seed … --schedules 1 --verbose`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.conftest import migrate, temporary_database
from tests.quizzes.schedules.evidence import AnswerRow, Evidence
from tests.quizzes.schedules.judge import find_violations
from tests.quizzes.schedules.play import STEPS, play
from tests.quizzes.schedules.schedule import (
    Answer,
    AtOnce,
    Deliver,
    Fault,
    Read,
    Schedule,
    Send,
    draw_schedule,
)
from tests.quizzes.schedules.world import World, open_world

SEEDS = range(1, 201)
SEEDS_OF_ONE_TEST = 20
# One in which two devices answer and the attempt is submitted.
SEED_TO_FORGE = 3


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One server for all schedules."""
    folder = tmp_path_factory.mktemp("schedules")
    with temporary_database(folder) as url:
        migrate(url)
        with open_world(url, folder) as world:
            yield world


@pytest.mark.parametrize("first", SEEDS[::SEEDS_OF_ONE_TEST])
def test_no_acknowledged_answer_is_lost_or_counts_otherwise_than_it_should(world, first):
    for seed in range(first, first + SEEDS_OF_ONE_TEST):
        played = play(world, draw_schedule(seed))
        assert not played.violations, str(played)


def test_of_two_answers_that_lost_the_newer_is_offered_though_the_older_arrived_last(world):
    steps = (
        Answer("phone", "alpha", ("yes",)),
        Send("phone"),
        Answer("desk", "alpha", ("no",)),
        Send("desk", Fault.HELD),
        Answer("desk", "alpha", ("never",)),
        Send("desk"),
        Deliver(0),
        Read("desk"),
    )

    played = play(world, Schedule(0, ("phone", "desk"), steps))

    assert not played.violations, str(played)


def test_a_row_of_a_real_schedule_that_is_changed_in_any_way_is_noticed(world):
    evidence = play(world, draw_schedule(SEED_TO_FORGE)).evidence
    assert find_violations(evidence) == []
    assert len(evidence.rows.answers) > 5

    for row in evidence.rows.answers:
        worth = evidence.worth[row.slot]
        other = [] if row.response["choices"] else sorted(worth)[:1]
        for changed in (
            None,
            replace(row, response={"choices": other}),
            replace(row, revision=row.revision + 1),
            replace(row, is_current=not row.is_current),
            replace(row, is_late=not row.is_late),
        ):
            assert find_violations(with_row(evidence, row, changed)), changed


def with_row(evidence: Evidence, row: AnswerRow, changed: AnswerRow | None) -> Evidence:
    """Put another row, or none, in the place of one."""
    answers = [changed if one is row else one for one in evidence.rows.answers]
    kept = tuple(one for one in answers if one is not None)
    return replace(evidence, rows=replace(evidence.rows, answers=kept))


def test_a_seed_is_one_schedule_and_the_seeds_meet_every_step_and_fault():
    schedules = [draw_schedule(seed) for seed in SEEDS]

    assert schedules == [draw_schedule(seed) for seed in SEEDS]
    assert len({schedule.steps for schedule in schedules}) == len(SEEDS)
    taken = [step for schedule in schedules for step in schedule.steps]
    assert {type(step) for step in taken} == set(STEPS)
    faults = {getattr(step, "fault", None) for step in taken}
    assert faults >= set(Fault)
    assert {
        type(step)
        for pair in taken
        if isinstance(pair, AtOnce)
        for step in (pair.first, pair.second)
    } == {type(step) for step in taken if hasattr(step, "fault")}
