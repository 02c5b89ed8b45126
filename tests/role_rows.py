"""What each role gets at an address: the rows of the table in test_roles.py, and the usual kinds of row.

Two learners of two institutions have the same things; a row says what each role gets of the first one's (`own`: it is
the learner's, and of the officer's institution) and of the second one's (`other`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A status for one's own object, and one for the other's.
Pair = tuple[int, int]
ROLES = ("nobody", "learner", "trainer", "officer", "facilitator", "administrator")


@dataclass(frozen=True)
class Expected:
    """What each role gets. `path` fills the address from one learner's things, `send` is the body."""

    nobody: Pair
    learner: Pair
    trainer: Pair
    officer: Pair
    facilitator: Pair
    administrator: Pair
    path: Mapping[str, str] = field(default_factory=dict)
    send: Mapping[str, Any] | None = None
    query: str = ""


def everybody(status: int, **more: Any) -> Expected:
    """Return a row for what does not depend on who asks."""
    same = (status, status)
    return Expected(same, same, same, same, same, same, **more)


def signed_in(ok: int, *, nobody: int = 401, learner: int = 0, **more: Any) -> Expected:
    """Return a row for one's own things: whoever is signed in has them."""
    same, first = (ok, ok), (learner or ok, learner or ok)
    return Expected((nobody, nobody), first, same, same, same, same, **more)


def reads_enrolment(ok: int = 200, **more: Any) -> Expected:
    return Expected(
        (401, 401), (ok, 404), (ok, ok), (ok, 404), (404, 404), (ok, ok), **more
    )  # fmt: skip


def reads_attempt(ok: int = 200, **more: Any) -> Expected:
    return Expected(
        (401, 401), (ok, 404), (ok, ok), (404, 404), (404, 404), (ok, ok), **more
    )  # fmt: skip


def reads_credential(**more: Any) -> Expected:
    return Expected(
        (401, 401), (200, 404), (404, 404), (200, 404), (404, 404), (200, 200), **more
    )  # fmt: skip


def reads_bank(**more: Any) -> Expected:
    """Return a row for what belongs to a module, whoever learns in it."""
    no, ok = (404, 404), (200, 200)
    return Expected((401, 401), no, ok, no, no, ok, **more)


def studies(ok: int, **more: Any) -> Expected:
    """Return a row for a learner's own work: who may only look is told so, others see nothing."""
    return Expected(
        (401, 401), (ok, 404), (403, 403), (403, 404), (404, 404), (403, 403), **more
    )  # fmt: skip


def answers(ok: int, **more: Any) -> Expected:
    """Return a row for work in an attempt, at which an officer may not even look."""
    return Expected(
        (401, 401), (ok, 404), (403, 403), (404, 404), (404, 404), (403, 403), **more
    )  # fmt: skip


def teaches(ok: int = 200, **more: Any) -> Expected:
    """Return a row for what is done to a whole quiz, or read of somebody else's attempt."""
    no, both = (404, 404), (ok, ok)
    return Expected((401, 401), no, both, no, no, both, **more)


def repairs(ok: int, **more: Any) -> Expected:
    """Return a row for what trainers do to an attempt; its own learner is told that nobody repairs one's own."""
    return Expected(
        (401, 401), (403, 404), (ok, ok), (404, 404), (404, 404), (ok, ok), **more
    )  # fmt: skip


def administers(ok: int = 200, **more: Any) -> Expected:
    """Return a row for what the administrators of the whole site do; nobody else learns that it is there."""
    no, both = (404, 404), (ok, ok)
    return Expected((401, 401), no, no, no, no, both, **more)


def keeps_desk(ok: int = 200, **more: Any) -> Expected:
    """Return a row for an institution's desk: its own officers, and the administrators."""
    no = (404, 404)
    return Expected((401, 401), no, no, (ok, 404), no, (ok, ok), **more)
