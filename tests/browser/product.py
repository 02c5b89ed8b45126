"""The product as `make run` starts it, on a throw-away database, and a way to make things in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_babel import force_locale, gettext
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import PersonDetails, parse_name
from lms.accounts.queries import find_actor
from lms.app import create_app
from lms.core import clock
from lms.core.db import Database
from lms.core.permissions import SYSTEM, Actor
from tests.conftest import make_config, migrate
from tests.factories import PASSWORD, Factory
from tests.quizzes.schedules.server import Server

ROOT = Path(__file__).resolve().parents[2]
SECRET_KEY = "a key that everybody knows, for tests in a browser alone"
# Generous: it migrates, loads and starts three processes on a machine that may be busy.
SECONDS_TO_START = 120
SECONDS_TO_STOP = 60
LAST_LINE_OF_GREETING = "Ctrl-C stops the server and the worker."


@dataclass(frozen=True, slots=True)
class Product:
    """A server and a worker that run, and an application of the test's own on the same database."""

    address: str
    app: Flask
    numbers: Any = field(default_factory=lambda: count(1))

    @contextmanager
    def making(self) -> Iterator[Factory]:
        """Make things; keep it short, since SQLite has one writer."""
        database: Database = self.app.extensions["database"]
        with self.app.app_context(), database.unit_of_work() as session:
            yield Factory(session, clock.now(), self.numbers)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        database: Database = self.app.extensions["database"]
        with self.app.app_context(), database.reading() as session:
            yield session

    def register(self, login: str, name: str) -> Actor:
        """Make somebody who signs in as `login` with `PASSWORD`; the last word of `name` is the family's."""
        details = PersonDetails(login, None, parse_name(name), PASSWORD)
        with self.making() as make:
            accounts.create_person(make.session, SYSTEM, details, now=make.now)
        found = self.find(login)
        assert found is not None
        return found

    def find(self, login: str) -> Actor | None:
        """Return who signs in as `login`, an e-mail address or a user name."""
        with self.reading() as session:
            person_id = accounts.find_person_id(session, login)
            known = find_actor(session, f"{person_id}.0") if person_id is not None else None
        return known.actor if known else None

    def sign_in(self, context: BrowserContext, actor: Actor) -> None:
        """Give the browser the session cookie of `actor`, as signing in does."""
        interface = self.app.session_interface
        assert isinstance(interface, SecureCookieSessionInterface)
        serializer = interface.get_signing_serializer(self.app)
        assert serializer is not None
        value = serializer.dumps({"_user_id": f"{actor.person_id}.0", "_fresh": True})
        context.add_cookies([{"name": "session", "value": value, "url": self.address}])

    def say(self, language: str, message: str, **values: object) -> str:
        """Return an interface message as a reader of `language` sees it."""
        with self.app.test_request_context(), force_locale(language):
            return str(gettext(message, **values))


@contextmanager
def serve_product(database_url: str, folder: Path) -> Iterator[Product]:
    """Run `bin/serve` in demo mode until the context ends, with its files in `folder`."""
    port = _free_port()
    files = folder / "files"
    environment = {
        **os.environ,
        **_settings(database_url, files),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    with subprocess.Popen(
        [sys.executable, ROOT / "bin" / "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        watchdog = threading.Timer(SECONDS_TO_START, process.kill)
        watchdog.start()
        try:
            said = _read_greeting(process)
        finally:
            watchdog.cancel()
        # A full pipe would hold up the server.
        reader = threading.Thread(target=lambda: said.extend(process.stdout or ()))
        reader.start()
        address = f"http://127.0.0.1:{port}"
        app = create_app(make_config(database_url, files, base_url=address, secret_key=SECRET_KEY))
        try:
            yield Product(address, app)
        finally:
            app.extensions["jobs"].close()
            app.extensions["database"].engine.dispose()
            is_running = process.poll() is None
            process.terminate()
            process.wait(SECONDS_TO_STOP)
            reader.join()
    assert is_running, "the product stopped by itself:\n" + "".join(said)
    assert "Traceback" not in "".join(said), "".join(said)


@contextmanager
def serve_without_worker(database_url: str, folder: Path) -> Iterator[tuple[Product, Server]]:
    """Run a server that may be killed and started again, on an empty database, until the context ends."""
    migrate(database_url)
    files = folder / "files"
    server = Server(_settings(database_url, files))
    address = f"http://127.0.0.1:{server.port}"
    app = create_app(make_config(database_url, files, base_url=address, secret_key=SECRET_KEY))
    try:
        yield Product(address, app), server
    finally:
        app.extensions["jobs"].close()
        app.extensions["database"].engine.dispose()
        server.stop()


def _settings(database_url: str, files: Path) -> dict[str, str]:
    return {
        "BASE_URL": "",
        "DATABASE_URL": database_url,
        "DEMO": "1",
        "FILES_URL": files.as_uri(),
        "KEYS_FOLDER": str(files / "keys"),
        "SECRET_KEY": SECRET_KEY,
        "WORKER_NAME": "browser-tests",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _read_greeting(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if LAST_LINE_OF_GREETING in line:
            return said
    raise AssertionError("it ended before it was ready:\n" + "".join(said))
