"""The product's own worker as a process, as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from lms.core.permissions import SYSTEM
from lms.jobs import JobState, get_job

ROOT = Path(__file__).resolve().parents[2]
# Far more than any of it takes: only a fault waits so long.
PATIENCE_SECONDS = 60


@contextmanager
def working(app: Flask, *, module: str = "wsgi", **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker on the application's database and files, and kill it at the end.

    `module` holds the product, perhaps with a fault; `more` is added to the environment.
    """
    config = app.extensions["config"]
    environment = {
        **os.environ,
        "DATABASE_URL": config.database_url,
        "FILES_URL": config.files_url,
        "KEYS_FOLDER": config.keys_folder,
        "SECRET_KEY": config.secret_key,
        "BASE_URL": config.base_url,
        "DEMO": "1",
        "LC_ALL": "C.UTF-8",
        **more,
    }
    command = [sys.executable, "-m", "flask", "--app", module, "jobs", "worker", "--name", "w1"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_ended(app: Flask, job_id: str) -> JobState:
    """Return how the job ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with app.extensions["database"].reading() as session:
            state = get_job(session, SYSTEM, job_id).state
        if state not in {JobState.WAITING, JobState.RUNNING}:
            return state
        assert time.monotonic() < deadline, f"the job is still {state}"
        time.sleep(0.05)
