"""A worker's name, held by one living process at a time. It falls free when that process dies."""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from lms.jobs.errors import BadWorkerName, WorkerIsRunning

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

# The lock lives as long as the transaction, also behind a pooler. A machine that lost its power
# cannot say so: the server asks, and frees the name after 25 seconds without an answer.
POSTGRESQL_SETTINGS = {
    "idle_in_transaction_session_timeout": "0",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "lock_timeout": "1s",
}
LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def hold_worker_name(database_url: str, name: str) -> Iterator[None]:
    """Hold `name` for the length of the block.

    Raises `WorkerIsRunning` if another process does, and `BadWorkerName`.
    """
    if not NAME.fullmatch(name):
        raise BadWorkerName
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        with _hold_by_file(Path(f"{url.database}.{name}.lock"), name):
            yield
    else:
        with _hold_on_postgresql(url, name):
            yield


@contextmanager
def _hold_by_file(path: Path, name: str) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkerIsRunning(name=name) from None
        yield


@contextmanager
def _hold_on_postgresql(url: URL, name: str) -> Iterator[None]:
    digest = hashlib.sha256(f"scrutin worker {name}".encode()).digest()
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        for setting, value in POSTGRESQL_SETTINGS.items():
            connection.execute(
                text("SELECT set_config(:setting, :value, true)"),
                {"setting": setting, "value": value},
            )
        try:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"),
                {"key": int.from_bytes(digest[:8], "big", signed=True)},
            )
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                raise WorkerIsRunning(name=name) from None
            raise
        yield
