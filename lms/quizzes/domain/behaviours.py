"""How a question goes from open to closed, by the quiz's kind of feedback.

A behaviour is a table from a state and an event to the next state; what is not in the table cannot happen. Another
behaviour, such as several tries with a penalty, is another table.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from lms.quizzes.domain.settings import Feedback


class State(Enum):
    """Where a question of an attempt stands."""

    OPEN = auto()
    # Its answer is final, and what was right is shown; the attempt goes on.
    CHECKED = auto()
    CLOSED = auto()


class Event(Enum):
    """What happens to it."""

    SAVE = auto()
    CHECK = auto()
    CLOSE = auto()


Behaviour = Mapping[tuple[State, Event], State]

BEHAVIOURS: Mapping[Feedback, Behaviour] = {
    Feedback.DEFERRED: {
        (State.OPEN, Event.SAVE): State.OPEN,
        (State.OPEN, Event.CLOSE): State.CLOSED,
    },
    Feedback.IMMEDIATE: {
        (State.OPEN, Event.SAVE): State.OPEN,
        (State.OPEN, Event.CHECK): State.CHECKED,
        (State.OPEN, Event.CLOSE): State.CLOSED,
        (State.CHECKED, Event.CLOSE): State.CLOSED,
    },
}


def follow(feedback: Feedback, state: State, event: Event) -> State | None:
    """Return the state after an event; None where the behaviour does not know it there."""
    return BEHAVIOURS[feedback].get((state, event))


def state_of(*, is_closed: bool, is_checked: bool) -> State:
    """Return the state that an attempt's rows tell of."""
    if is_closed:
        return State.CLOSED
    return State.CHECKED if is_checked else State.OPEN
