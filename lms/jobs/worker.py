"""The worker: it runs tasks under a name of its own, goes on with what it had begun, and sweeps.

It loads dbos whole, so only the commands that work import it.
"""

from __future__ import annotations

import itertools
import json
import logging
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS, DBOSPortableJSONSerializer
from dbos import error as dbos_errors
from flask import Flask

from lms.core import clock
from lms.core.errors import Refusal
from lms.jobs.domain import Json, Sweep, Task
from lms.jobs.errors import TablesAreOld
from lms.jobs.worker_name import hold_worker_name
from lms.jobs.workflows import (
    APPLICATION,
    APPLICATION_VERSION,
    POSTGRESQL_SCHEMA,
    PROGRESS_EVENT,
    QUEUE,
    Jobs,
)

P = ParamSpec("P")
J = TypeVar("J", bound=Json)

# Jobs at once; the heavy ones wait for each other inside the process anyway.
CONCURRENCY = 2
# How often a worker looks for work; a look is three small reads.
POLL_SECONDS = 0.25
STEP_TRIES = 3
# Before the second try; twice as long before the third.
PAUSE_SECONDS = 1.0
# A job that kills its worker each time is given up; a restart in the middle of it counts too.
MOST_RECOVERIES = 20
# How long steps and sweeps may take to end when the worker is told to stop; what is cut runs again.
STOP_SECONDS = 15.0


class Stopping(BaseException):
    """Leaves a job between two steps. dbos records exceptions alone, so the job stays begun.

    It leaves the thread of the sweeps between two of them, too.
    """


class Running:
    """How many tasks and sweeps run in this process, and whether a next step or sweep may begin."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0
        self._is_stopping = False

    @contextmanager
    def work(self) -> Iterator[None]:
        """Count a task or a sweep for the length of the block; raises `Stopping`."""
        with self._changed:
            self.check()
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                self._changed.notify_all()

    def check(self) -> None:
        """Raise `Stopping` if the worker was told to stop."""
        if self._is_stopping:
            raise Stopping

    def pause(self, seconds: float) -> None:
        """Wait so long; raises `Stopping` as soon as the worker is told to stop."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_stopping, seconds)
            self.check()

    def stop(self) -> None:
        """Let no task, no step and no sweep begin any more."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Say whether all tasks and sweeps left within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, seconds)


class DurableProgress:
    """Steps and progress kept by dbos."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def step(self, name: str, function: Callable[P, J], /, *args: P.args, **kwargs: P.kwargs) -> J:
        self._running.check()
        tries = itertools.count(1)

        def should_retry(error: BaseException) -> bool:
            # False at the last try lets the error itself through, not dbos's word for it.
            return next(tries) < STEP_TRIES and not isinstance(error, Refusal)

        def run() -> J:
            return as_kept(function(*args, **kwargs))

        return DBOS.run_step(
            {
                "name": name,
                "retries_allowed": True,
                "max_attempts": STEP_TRIES,
                "interval_seconds": PAUSE_SECONDS,
                "should_retry": should_retry,
            },
            run,
        )

    def report(self, done: int, total: int) -> None:
        DBOS.set_event(PROGRESS_EVENT, [done, total])


def as_kept(value: J) -> J:
    """Return `value` as JSON gives it back, so that a first run sees what a repeated one will."""
    kept: J = json.loads(json.dumps(value, allow_nan=False))
    return kept


class WithoutMessages(logging.Filter):
    """Logs where an exception came from, but not its message, which may hold personal data."""

    def filter(self, record: logging.LogRecord) -> bool:
        error_type, _error, trace = record.exc_info or (None, None, None)
        if error_type is not None:
            where = "".join(traceback.format_tb(trace))
            record.msg = f"{record.getMessage()} {error_type.__name__}\n{where}".rstrip()
            record.args = record.exc_info = None
        return True


log = logging.getLogger(__name__)
log.addFilter(WithoutMessages())


@contextmanager
def working(app: Flask, name: str) -> Iterator[Running]:
    """Work on the application's jobs, and sweep, for the length of the block, under `name`.

    What a worker of that name had begun goes on. Leaving the block lets no new job or sweep begin;
    the caller stops the `Running` first. Raises `WorkerIsRunning` and `TablesAreOld`.
    """
    jobs: Jobs = app.extensions["jobs"]
    running = Running()
    logging.getLogger("dbos").addFilter(WithoutMessages())
    with hold_worker_name(jobs.database_url, name):
        DBOS(
            config={
                "name": APPLICATION,
                "application_version": APPLICATION_VERSION,
                "executor_id": name,
                "system_database_url": jobs.database_url,
                "dbos_system_schema": POSTGRESQL_SCHEMA,
                "serializer": DBOSPortableJSONSerializer(),
                "run_migrations": False,
                "log_level": "WARNING",
            }
        )
        try:
            for task in jobs.tasks.values():
                _register(app, task, running)
            _launch()
            DBOS.register_queue(
                QUEUE,
                worker_concurrency=CONCURRENCY,
                polling_interval_sec=POLL_SECONDS,
                on_conflict="always_update",
            )
            if jobs.sweeps:
                Thread(
                    target=_sweep, args=(app, jobs.sweeps.values(), running), name="sweeps"
                ).start()
            yield running
        finally:
            running.stop()
            DBOS.destroy()


def _launch() -> None:
    try:
        DBOS.launch()
    except dbos_errors.DBOSInitializationError as error:
        raise TablesAreOld from error


def _register(app: Flask, task: Task, running: Running) -> None:
    progress = DurableProgress(running)

    @DBOS.workflow(name=task.name, max_recovery_attempts=MOST_RECOVERIES)
    def run(payload: dict[str, Any]) -> Json:
        with running.work(), app.app_context():
            return as_kept(task.run(payload, progress))


def run_sweep(sweep: Sweep) -> int | None:
    """Run it once in the current application, and return how many things it did.

    None if it failed: where and of what kind is then in the log.
    """
    try:
        return sweep.run(clock.now())
    except Exception:
        log.exception("The sweep %s failed:", sweep.name)
        return None


def _sweep(app: Flask, sweeps: Iterable[Sweep], running: Running) -> None:
    # Not by `clock`: a machine that is set back an hour must not go an hour without sweeps.
    due = dict.fromkeys(sweeps, time.monotonic())
    with suppress(Stopping):
        while True:
            sweep = min(due, key=due.__getitem__)
            running.pause(due[sweep] - time.monotonic())
            with running.work(), app.app_context():
                run_sweep(sweep)
            due[sweep] = time.monotonic() + sweep.seconds
