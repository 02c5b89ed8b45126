"""What a job is, what a task and a sweep are, and how far a job has come."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar

# What JSON can say: payloads, results of steps and results of jobs are kept as JSON text.
Json: TypeAlias = bool | int | float | str | list[Any] | dict[str, Any] | None

P = ParamSpec("P")
J = TypeVar("J", bound=Json)


class JobState(StrEnum):
    """Where a job is. A cut job is running until a worker takes it up again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its reader may see it."""

    id: str
    name: str
    subject: str
    state: JobState
    # From 0 to 1.
    progress: float
    result: Json
    # `Class: message`, for those who may read every job; to the owner a failure is only a state.
    error: str | None
    # The worker that has it or had it last; None while it waits for its first.
    worker: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job made, as storage has it, and the name under which it is saved."""

    key: str
    name: str
    media_type: str
    sha256: str


def read_file(result: Json) -> JobFile | None:
    """Return the file that a job's result tells of: what it holds under `file`."""
    found = result.get("file") if isinstance(result, dict) else None
    if found is None:
        return None
    return JobFile(found["key"], found["name"], found["media_type"], found["sha256"])


def without_key(result: Json) -> Json:
    """Return a job's result as it is shown: where its file lies is nobody's business."""
    if not isinstance(result, dict) or "file" not in result:
        return result
    shown = {name: value for name, value in result["file"].items() if name != "key"}
    return {**result, "file": shown}


class Progress(Protocol):
    """What a task is given to make its steps durable and to say how far it has come."""

    def step(self, name: str, function: Callable[P, J], /, *args: P.args, **kwargs: P.kwargs) -> J:
        """Run `function` and keep its result, which a job that is taken up again gets instead.

        It is tried three times, but a `Refusal` once. It opens its own unit of work; open none
        around it. Cut before its result is kept, it runs again: so it must be idempotent.
        """

    def report(self, done: int, total: int) -> None:
        """Keep and show that `done` of `total` are done."""


Run: TypeAlias = Callable[[dict[str, Any], Progress], Json]
# Takes the session, the actor and the job's id, and raises `NotFound` to who may not fetch its file.
CheckFetch: TypeAlias = Callable[[Any, Any, str], None]

TASK_NAME = re.compile(r"[a-z_]+\.[a-z_]+")


def _check_name(what: str, name: str) -> None:
    if not TASK_NAME.fullmatch(name):
        raise ValueError(f"a {what} is named after its room and what it does: room.verb_noun")


@dataclass(frozen=True, slots=True)
class Task:
    """A function that workers run under a name that never changes, as waiting jobs hold it.

    What it does between steps must be the same each time, as it is repeated when the job is taken
    up again: no clock, no chance, no reading of the database outside a step.
    """

    name: str
    run: Run
    # Asked each time that the file which the job made is fetched, beside whether the job may be read.
    check_fetch: CheckFetch | None = None

    def __post_init__(self) -> None:
        _check_name("task", self.name)


def task(name: str, *, check_fetch: CheckFetch | None = None) -> Callable[[Run], Task]:
    """Make the function below a task; `lms.app` lists it."""

    def make(run: Run) -> Task:
        return Task(name, run, check_fetch)

    return make


# Does what is due at the moment it is given, and returns how many things that were.
RunSweep: TypeAlias = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A small work that every worker does at its start and every so often; nothing of it is kept.

    It opens its own units of work, must be idempotent, and locks what it changes, as two workers
    may do it at once. Keep it short: the sweeps of a worker wait for each other.
    """

    name: str
    # From the end of a run to the beginning of the next.
    seconds: int
    run: RunSweep

    def __post_init__(self) -> None:
        _check_name("sweep", self.name)
        if self.seconds < 1:
            raise ValueError("between two runs of a sweep there is a second at least")


def sweep(name: str, *, every: int) -> Callable[[RunSweep], Sweep]:
    """Make the function below a sweep, done every so many seconds; `lms.app` lists it."""

    def make(run: RunSweep) -> Sweep:
        return Sweep(name, every, run)

    return make


def fraction_done(state: JobState, done: int, total: int) -> float:
    """Return the progress, from 0 to 1: what was reported, and 1 once the job is done."""
    if state is JobState.DONE:
        return 1.0
    return min(done / total, 1.0) if total > 0 else 0.0
