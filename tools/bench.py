"""Measure a test that many people sit at once: `bench.py`, on SQLite or on an empty --database.

It fills the database with a test and the people who sit it, starts `bin/serve`, and lets everybody
open the test, save an answer every few seconds, and submit. All pass, so each submission completes
the module and leaves the worker a certificate to make while others still submit. When the server
has stopped, all that was acknowledged is looked for in the database.

It fails on an error, on anything lost, and if the saves do not keep to `MOST_P99_MS`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench_load import Connection, Phase, Plan, Sitter, sit
from bench_people import CannotFill, Kept, fill, find_kept, name_database, opened
from bench_processes import CannotServe, serving
from on_postgresql import free_port, stop_on_signal

# Of a hundred saves, ninety-nine are acknowledged within less than this.
MOST_P99_MS = 500
PERCENTILES = (50, 95, 99, 100)
COLUMNS = (
    *("", "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "max ms"),
    *("server s", "worker s", "client s", "others s"),
)
# How many different errors are told, the most frequent first.
ERRORS_TOLD = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much was acknowledged, how much was found, and how much that was acknowledged was not."""

    acknowledged: int
    rows: int
    lost: int
    submitted: int
    lost_submissions: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to; the memory is in MiB."""

    title: str
    phases: Sequence[Phase]
    outcome: Outcome
    server_memory: float
    worker_memory: float


def percentile(values: Sequence[float], hundredths: int) -> float:
    """Return the smallest of the values that at least so many hundredths of them do not exceed."""
    if not values or not 1 <= hundredths <= 100:
        raise ValueError("a percentile is one from 1 to 100, of at least one value")
    # Rounded up, in whole numbers.
    rank = -(-len(values) * hundredths // 100)
    return sorted(values)[rank - 1]


def compare(sitters: Sequence[Sitter], kept: Kept) -> Outcome:
    """Return what became of all that was acknowledged; an answer that now says something else is lost."""
    acknowledged = {key: value for sitter in sitters for key, value in sitter.acknowledged.items()}
    submitted = {sitter.seat.attempt_id for sitter in sitters if sitter.has_submitted}
    return Outcome(
        acknowledged=len(acknowledged),
        rows=len(kept.answers),
        lost=sum(kept.answers.get(key) != value for key, value in acknowledged.items()),
        submitted=len(submitted),
        lost_submissions=len(submitted - kept.closed),
    )


def list_faults(report: Report) -> list[str]:
    """Return what keeps the run from being a success, as sentences."""
    found = []
    for phase in report.phases:
        for error, count in Counter(phase.errors).most_common(ERRORS_TOLD):
            found.append(f"{phase.name}: {count} of {phase.requests} failed: {error}")
    if report.outcome.lost:
        found.append(f"Acknowledged answers that are not in the database: {report.outcome.lost}.")
    if report.outcome.lost_submissions:
        found.append(f"Acknowledged submissions that are not: {report.outcome.lost_submissions}.")
    for phase in report.phases:
        if phase.name == "save" and phase.waits:
            p99 = 1000 * percentile(phase.waits, 99)
            if p99 >= MOST_P99_MS:
                found.append(f"The p99 of the saves is {p99:.0f} ms, and not below {MOST_P99_MS}.")
    return found


def write_table(report: Report) -> str:
    """Return the report as people read it."""
    outcome = report.outcome
    lines = [
        report.title,
        write_line(COLUMNS),
        *(write_line(list_cells(phase)) for phase in report.phases),
        "(s: seconds of processor; others: the rest of the machine, a database server among it)",
        f"Saves: {outcome.acknowledged} acknowledged, {outcome.rows} found, {outcome.lost} lost.",
        f"Submissions: {outcome.submitted} acknowledged, {outcome.lost_submissions} lost.",
        f"Most memory: server {report.server_memory:.0f} MiB, worker {report.worker_memory:.0f} MiB.",
    ]
    return "\n".join(lines)


def list_cells(phase: Phase) -> list[str]:
    """Return a phase's row under `COLUMNS`; without a single answer there is no time to tell."""
    waits = [
        f"{1000 * percentile(phase.waits, hundredths):.1f}" if phase.waits else "–"
        for hundredths in PERCENTILES
    ]
    usage = phase.usage
    seconds = (usage.server, usage.worker, usage.client, usage.others)
    used = [f"{value:.1f}" for value in seconds]
    return [phase.name, str(phase.requests), str(len(phase.errors)), *waits, *used]


def write_line(cells: Sequence[str]) -> str:
    first, *others = cells
    return f"{first:<6}" + "".join(f"{cell:>10}" for cell in others)


def measure(plan: Plan, database_url: str | None) -> Report:
    """Make a run, on an SQLite file that is removed unless there is an address.

    Raises `CannotFill` or `CannotServe`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="scrutin-bench-")))
        port = free_port()
        settings = {
            "BASE_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.sqlite'}",
            "DEMO": "0",
            "FILES_URL": (folder / "files").as_uri(),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "TRUSTED_PROXIES": "0",
            "WORKER_NAME": "bench",
        }
        app = stack.enter_context(opened(settings))
        sitters = [Sitter(seat, Connection(port, seat.token)) for seat in fill(app, plan.people)]
        with serving(settings, port) as server:
            phases = asyncio.run(sit(plan, server, sitters))
            memory = server.measure_memory()
        outcome = compare(sitters, find_kept(app))
        title = f"{name_database(app)}: {plan}, on {os.cpu_count()} processors"
        return Report(title, phases, outcome, *memory)


def read_plan() -> tuple[Plan, str | None]:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=300, help="how many sit the test (300)")
    parser.add_argument("--seconds", type=int, default=120, help="for how long they save (120)")
    parser.add_argument("--every", type=int, default=5, help="seconds from save to save (5)")
    parser.add_argument(
        "--database",
        default=os.environ.get("BENCH_DATABASE_URL"),
        help="address of an empty database (BENCH_DATABASE_URL; else SQLite in a temporary file)",
    )
    asked = parser.parse_args()
    try:
        return Plan(asked.people, asked.seconds, asked.every), asked.database
    except ValueError as refusal:
        parser.error(str(refusal))


def main() -> int:
    plan, database_url = read_plan()
    signal.signal(signal.SIGTERM, stop_on_signal)
    try:
        report = measure(plan, database_url)
    except (CannotFill, CannotServe) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    print(write_table(report), flush=True)
    faults = list_faults(report)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
