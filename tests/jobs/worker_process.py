"""The product's own worker as a process, as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def working(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker on the application's database and files, and kill it at the end."""
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
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "worker", "--name", "w1"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
