"""How a question goes from open to closed: the whole table of each kind of feedback."""

from __future__ import annotations

from itertools import product

import pytest

from lms.quizzes.domain import Event, Feedback, State, follow, state_of

KNOWN = {
    (Feedback.DEFERRED, State.OPEN, Event.SAVE): State.OPEN,
    (Feedback.DEFERRED, State.OPEN, Event.CLOSE): State.CLOSED,
    (Feedback.IMMEDIATE, State.OPEN, Event.SAVE): State.OPEN,
    (Feedback.IMMEDIATE, State.OPEN, Event.CHECK): State.CHECKED,
    (Feedback.IMMEDIATE, State.OPEN, Event.CLOSE): State.CLOSED,
    (Feedback.IMMEDIATE, State.CHECKED, Event.CLOSE): State.CLOSED,
}


@pytest.mark.parametrize(("feedback", "state", "event"), list(product(Feedback, State, Event)))
def test_what_the_table_does_not_know_cannot_happen(feedback, state, event):
    assert follow(feedback, state, event) is KNOWN.get((feedback, state, event))


@pytest.mark.parametrize("feedback", list(Feedback))
def test_what_is_final_never_takes_a_save_again(feedback):
    for event in Event:
        reached = follow(feedback, State.CHECKED, event)
        assert reached in {None, State.CLOSED}
        assert follow(feedback, State.CLOSED, event) is None


@pytest.mark.parametrize(
    ("is_closed", "is_checked", "state"),
    [
        (False, False, State.OPEN),
        (False, True, State.CHECKED),
        (True, False, State.CLOSED),
        (True, True, State.CLOSED),
    ],
)
def test_the_state_is_told_by_what_was_kept(is_closed, is_checked, state):
    assert state_of(is_closed=is_closed, is_checked=is_checked) is state
