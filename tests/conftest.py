"""What every test stands on: no network, no silent skip in CI, and a migrated database."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config import Config
from lms.app import create_app
from lms.core import migrations
from lms.core.db import Database
from lms.jobs import create_dbos_tables
from tests.factories import Factory

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

# --- No skip in CI ------------------------------------------------------------------------------


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure where CI=true, so that a missing program is not overlooked."""
    is_expected_failure = hasattr(report, "wasxfail")
    if os.environ.get("CI") == "true" and report.skipped and not is_expected_failure:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI=true allows no skip. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report


# --- No network -----------------------------------------------------------------------------------


class NetworkReached(RuntimeError):
    """A test tried to talk to another machine."""


def is_this_machine(host: object) -> bool:
    """Say whether `host`, a name or an address, is this machine without asking anybody."""
    if host in {None, "", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Let this process connect to this machine alone, and look up no name of another.

    PostgreSQL's own library and the browser do not pass here; both are told addresses of this
    machine only.
    """
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_getaddrinfo = socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in {socket.AF_INET, socket.AF_INET6} and not is_this_machine(address[0]):
            raise NetworkReached(f"a test tried to connect to {address[0]}")

    def connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        real_connect(sock, address)

    def connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return real_connect_ex(sock, address)

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not is_this_machine(host):
            raise NetworkReached(f"a test tried to look up {host}")
        return real_getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect_ex)
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


# --- Programs that tests drive --------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without one, the test is skipped."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return path
    pytest.skip("no chromium on the PATH; `make test` says how to get it")


# --- The database ---------------------------------------------------------------------------------


@contextmanager
def temporary_database(folder: Path) -> Iterator[str]:
    """Make a database without tables: on TEST_DATABASE_URL's server, or SQLite in `folder`."""
    name = f"scrutin_test_{uuid4().hex}"
    if "TEST_DATABASE_URL" not in os.environ:
        yield f"sqlite:///{folder / name}.sqlite"
        return
    server = make_url(os.environ["TEST_DATABASE_URL"])
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            # FORCE: what a killed process left connected does not keep it.
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest tables, as `flask database upgrade` does."""
    database = Database(url)
    migrations.upgrade(database)
    database.engine.dispose()
    create_dbos_tables(url)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database that all tests of this run share, migrated once; each undoes what it writes."""
    with temporary_database(tmp_path_factory.mktemp("database")) as url:
        migrate(url)
        yield url


@pytest.fixture
def empty_database_url(tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, without tables: for migrations, locks and killed processes."""
    with temporary_database(tmp_path) as url:
        yield url


@pytest.fixture
def own_database_url(empty_database_url: str) -> str:
    """A migrated database of the test's own, where commits may stay: for two processes at once."""
    migrate(empty_database_url)
    return empty_database_url


# --- The application ------------------------------------------------------------------------------

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def make_config(database_url: str, files: Path, **changes: Any) -> Config:
    """Return settings for a test: demo mode, and everything in the folder of the test."""
    return Config(
        **{
            "database_url": database_url,
            "files_url": files.as_uri(),
            "keys_folder": str(files / "keys"),
            "smallest_cell": 5,
            "base_url": "http://localhost",
            "secret_key": "a key that everybody knows, for tests alone",
            "demo": True,
            "worker_name": "test-worker",
            "trusted_proxies": 0,
            "contact_email": "contact@example.org",
            "issuer": "Scrutin",
            **changes,
        }
    )


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Switch off pytest-flask's request context: Flask-Login would keep one person for all clients."""


class Browser(FlaskClient):
    """A client whose requests do not see the test's own application context, as on a server.

    In one context, Flask-Login would take every client for the first that it got to know.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # Buffered: an answer that is a file is read to its end, and the file closed.
        return Context().run(super().open, *args, **{"buffered": True, **kwargs})


@contextmanager
def running(config: Config) -> Iterator[Flask]:
    """Make an application that answers a fault as in production, and close what it opened."""
    app = create_app(config)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.test_client_class = Browser
    # A test may put another database in its place, which is then not this one's to close.
    jobs, database = app.extensions["jobs"], app.extensions["database"]
    try:
        yield app
    finally:
        jobs.close()
        database.engine.dispose()


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on the shared database. A test that writes asks for `session`, too."""
    with running(make_config(database_url, tmp_path_factory.mktemp("files"))) as app:
        yield app


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A real session whose commits, and those of requests, are undone after the test."""
    database: Database = app.extensions["database"]
    with database.engine.connect() as connection, app.app_context():
        undone = connection.begin()
        database.sessionmaker.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            with database.sessionmaker() as session:
                yield session
        finally:
            undone.rollback()
            database.sessionmaker.configure(
                bind=database.engine, join_transaction_mode="conditional_savepoint"
            )


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without a script; what it does is undone after the test."""
    return app.test_client()


@pytest.fixture
def make(session: Session) -> Factory:
    """Make people, courses and enrolments by the rooms' own commands."""
    return Factory(session, NOW)
