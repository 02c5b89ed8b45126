"""When an activity is open, how far an enrolment is, and when it is complete."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.domain import (
    ActivityState,
    Requirement,
    find_locks,
    judge_progress,
    judge_shown_state,
    judge_state,
    module_score,
)

KEYS = st.sampled_from([f"activity-{number}" for number in range(8)])
DONE, FAILED, LOCKED, OPEN = (
    ActivityState.DONE,
    ActivityState.FAILED,
    ActivityState.LOCKED,
    ActivityState.OPEN,
)


@st.composite
def outlines(draw: st.DrawFn) -> list[Requirement]:
    """Draw activities with different keys, each after some of those before it."""
    keys = draw(st.lists(KEYS, unique=True))
    return [
        Requirement(
            key,
            draw(st.booleans()),
            tuple(draw(st.lists(st.sampled_from(keys[:at]), unique=True))) if at else (),
        )
        for at, key in enumerate(keys)
    ]


@pytest.mark.parametrize(
    ("done", "progress", "is_complete"),
    [
        ([], Fraction(0), False),
        (["reading"], Fraction(1, 2), False),
        (["extra"], Fraction(0), False),
        (["reading", "extra", "gone"], Fraction(1, 2), False),
        (["reading", "test"], Fraction(1), True),
        (["reading", "test", "test"], Fraction(1), True),
    ],
)
def test_progress_counts_the_required_activities_of_the_outline_alone(done, progress, is_complete):
    outline = [
        Requirement("reading", True),
        Requirement("extra", False),
        Requirement("test", True, ("reading",)),
    ]

    standing = judge_progress(outline, done)

    assert standing.progress == progress
    assert standing.is_complete is is_complete


@pytest.mark.parametrize("outline", [[], [Requirement("extra", False)]])
def test_a_module_that_requires_nothing_cannot_be_completed(outline):
    standing = judge_progress(outline, ["extra"])

    assert not standing.is_complete
    assert standing.progress == 1


@given(outlines(), st.lists(KEYS))
def test_progress_lies_between_0_and_1_and_is_1_exactly_when_nothing_is_left(outline, done):
    standing = judge_progress(outline, done)
    left = {activity.key for activity in outline if activity.is_required} - set(done)

    assert 0 <= standing.progress <= 1
    assert (standing.progress == 1) is (not left)
    assert standing.is_complete is (standing.required > 0 and not left)


@given(outlines(), st.lists(KEYS), KEYS)
def test_doing_one_thing_more_never_takes_progress_away(outline, done, more):
    before, after = judge_progress(outline, done), judge_progress(outline, [*done, more])

    assert after.progress >= before.progress
    assert after.is_complete >= before.is_complete


@pytest.mark.parametrize(
    ("recorded", "state"),
    [
        ({}, LOCKED),
        ({"reading": FAILED}, LOCKED),
        ({"reading": DONE}, LOCKED),
        ({"reading": DONE, "trial": DONE}, OPEN),
        ({"test": FAILED}, FAILED),
        ({"test": DONE}, DONE),
    ],
)
def test_an_activity_opens_when_all_before_it_is_done_and_what_was_recorded_is_never_locked(
    recorded, state
):
    assert judge_state(Requirement("test", True, ("trial", "reading")), recorded) is state


@pytest.mark.parametrize(
    ("recorded", "is_hidden", "shown"),
    [
        (FAILED, False, FAILED),
        (FAILED, True, OPEN),
        (DONE, False, DONE),
        # It opens what comes after, so that hiding it would hide nothing.
        (DONE, True, DONE),
    ],
)
def test_what_failed_looks_open_while_its_score_is_hidden(recorded, is_hidden, shown):
    assert judge_shown_state(recorded, is_hidden=is_hidden) is shown


def test_locks_are_told_in_the_order_in_which_the_author_named_them():
    activity = Requirement("test", True, ("trial", "reading", "film"))

    assert find_locks(activity, {"reading": DONE, "film": FAILED}) == ["trial", "film"]


@given(outlines(), st.data())
def test_every_module_can_be_walked_to_its_end_by_doing_what_is_open(outline, data):
    recorded: dict[str, ActivityState] = {}
    while waiting := [a for a in outline if judge_state(a, recorded) is OPEN]:
        recorded[data.draw(st.sampled_from(waiting)).key] = DONE

    assert set(recorded) == {activity.key for activity in outline}


@pytest.mark.parametrize(
    ("scores", "score"),
    [
        ([], None),
        (["0.8"], Decimal("0.8")),
        (["1", "0"], Decimal("0.5")),
        (["0.9", "0.8", "0.7"], Decimal("0.8")),
    ],
)
def test_the_score_of_a_module_is_the_mean_of_what_was_marked(scores, score):
    assert module_score(map(Decimal, scores)) == score
