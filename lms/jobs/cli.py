"""The operator's commands: run a worker, see the jobs, take over a dead worker's work, sweep."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from queue import SimpleQueue

import click
from flask import current_app
from flask.cli import AppGroup

from lms.core.cli import SentenceErrors
from lms.core.db import reading
from lms.core.permissions import SYSTEM
from lms.jobs import commands, queries
from lms.jobs.domain import JobState
from lms.jobs.workflows import jobs as current_jobs

jobs = AppGroup("jobs", help="Background work: run it, see it, take it over.")

UNFINISHED = (JobState.WAITING, JobState.RUNNING, JobState.FAILED)


@jobs.command("worker", cls=SentenceErrors)
@click.option("--name", help="Its name; by default the setting WORKER_NAME.")
def run_worker(name: str | None) -> None:
    """Run a worker until SIGTERM or Ctrl-C.

    It first goes on with what a worker of the same name had begun, so give it the same name each
    time, and each of several workers its own. When told to stop, it lets the steps and sweeps that
    run end, for 15 seconds at most; what is left goes on at its next start.
    """
    from lms.jobs.worker import STOP_SECONDS, working

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # of werkzeug's proxy
    if name is None:
        name = app.extensions["config"].worker_name
    stops: SimpleQueue[int] = SimpleQueue()
    with working(app, name) as running:
        for number in (signal.SIGTERM, signal.SIGINT):
            # SimpleQueue, since a handler may put into it whatever the program was doing.
            signal.signal(number, lambda number, _frame: stops.put(number))
        click.echo(f"worker {name} is ready")
        stops.get()
        running.stop()
        click.echo(f"worker {name} is stopping")
        has_ended = running.wait(STOP_SECONDS)
    if not has_ended:
        click.echo(f"worker {name} leaves what took too long; it will run again", err=True)
        # Its thread would keep the process alive until the step or sweep ends.
        sys.stdout.flush()
        os._exit(0)


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
def list_jobs(as_json: bool) -> None:
    """List what waits, runs or has failed: the newest hundred, newest first."""
    with reading() as session:
        found = queries.list_jobs(session, SYSTEM, states=UNFINISHED)
    if as_json:
        rows = [asdict(job) | {"created_at": job.created_at.isoformat()} for job in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for job in found:
        click.echo(
            f"{job.created_at:%Y-%m-%d %H:%M:%S}  {job.state:<7}  {job.progress:4.0%}"
            f"  {job.worker or '-':<12}  {job.id}  {job.name}  {job.subject}"
        )
        if job.error:
            click.echo(f"    {job.error}")
    if not found:
        click.echo("Nothing waits, runs or has failed.")


@jobs.command("adopt", cls=SentenceErrors)
@click.argument("name")
def adopt(name: str) -> None:
    """Give what the dead worker NAME had begun to whichever worker is free.

    Refused while a worker of that name runs. A worker that is only stopped needs no adoption: it
    goes on at its next start.
    """
    job_ids = commands.adopt_jobs(name)
    for job_id in job_ids:
        click.echo(job_id)
    click.echo(f"{len(job_ids)} taken from {name}; a running worker will go on with them.")


@jobs.command("sweep", cls=SentenceErrors)
@click.argument("name", required=False)
def sweep(name: str | None) -> None:
    """Run every sweep once now, or the one named NAME, and say how many things each did.

    A worker does so by itself every so often. Exits with 1 if one failed; the others run all the
    same.
    """
    from lms.jobs.worker import run_sweep

    registry = current_jobs()
    sweeps = [*registry.sweeps.values()] if name is None else [registry.get_sweep(name)]
    has_failed = False
    for each in sweeps:
        count = run_sweep(each)
        click.echo(f"{each.name}: {'failed' if count is None else count}")
        has_failed |= count is None
    if has_failed:
        raise SystemExit(1)
