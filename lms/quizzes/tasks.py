"""What time does to quizzes, whoever looks: the worker sweeps."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

from lms import jobs, learning
from lms.core.db import reading, unit_of_work
from lms.quizzes import commands, queries

# More than that wait for the next sweep.
MOST_AT_ONCE = 500


@jobs.sweep("quizzes.close_overdue", every=15)
def close_overdue(now: datetime) -> int:
    """Close the attempts whose deadline and grace are over, each in its own transaction.

    Each has its turn, even where another fails; the failure is raised after that.
    """
    with reading() as session:
        overdue = queries.list_overdue(session, now=now, limit=MOST_AT_ONCE)
    with ExitStack() as turns:
        for attempt_id in reversed(overdue):
            turns.callback(_close, attempt_id, now)
    return len(overdue)


def _close(attempt_id: int, now: datetime) -> None:
    with unit_of_work() as session:
        commands.close_overdue_attempt(session, attempt_id, now=now)


@jobs.sweep("quizzes.reveal_scores", every=60)
def reveal_scores(now: datetime) -> int:
    """Let learners see the scores that were hidden until their quiz closed, once it has."""
    with reading() as session:
        hidden = queries.list_scores_to_reveal(session, now=now, limit=MOST_AT_ONCE)
    for enrolment_id, key in hidden:
        with unit_of_work() as session:
            learning.reveal_score(session, enrolment_id, key)
    return len(hidden)
