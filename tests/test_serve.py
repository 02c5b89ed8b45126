"""`make run`'s last step runs the server and the worker together, and neither without the other."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Generous: two processes start, migrate and load on a machine that may be busy.
SECONDS_TO_START = 120
LAST_LINE_OF_GREETING = "Ctrl-C stops the server and the worker."


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(empty_database_url: str, tmp_path: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "BASE_URL": "",
        "DATABASE_URL": empty_database_url,
        "DEMO": "1",
        "FILES_URL": (tmp_path / "files").as_uri(),
        "HOST": "127.0.0.1",
        "KEYS_FOLDER": str(tmp_path / "keys"),
        "PORT": str(port),
        "SECRET_KEY": "a key that is only ever used by this test",
    }


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start `bin/serve`; the value is the process, and what it printed until it was ready."""
    with subprocess.Popen(
        [sys.executable, ROOT / "bin" / "serve"],
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # So that whatever outlives a failing test can be ended with it.
        start_new_session=True,
    ) as process:
        watchdog = threading.Timer(SECONDS_TO_START, process.terminate)
        watchdog.start()
        try:
            yield process, read_greeting(process)
        finally:
            watchdog.cancel()
            process.terminate()


def read_greeting(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if LAST_LINE_OF_GREETING in line:
            return "".join(lines)
    raise AssertionError("it ended before it was ready:\n" + "".join(lines))


def children_of(process: subprocess.Popen[str]) -> dict[str, int]:
    """Return the process ids of the server and of the worker."""
    done = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(process.pid)],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {"granian": "server", "jobs worker": "worker"}
    return {
        name: int(line.split()[0])
        for line in done.stdout.splitlines()
        for mark, name in names.items()
        if mark in line
    }


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_greets_serves_and_stops_in_good_order(settings: dict[str, str], port: int) -> None:
    with serving(settings) as (process, greeting):
        assert f"http://127.0.0.1:{port}/" in greeting
        assert "learner@example.org" in greeting
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    assert not is_listening(port)


@pytest.mark.parametrize("name", ["server", "worker"])
def test_when_one_dies_it_says_which_and_stops_the_other(
    settings: dict[str, str], port: int, name: str
) -> None:
    with serving(settings) as (process, _):
        children = children_of(process)
        assert set(children) == {"server", "worker"}
        os.kill(children[name], signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
        assert f"The {name} stopped by itself (signal SIGKILL)." in said
        assert process.returncode == 1
    assert not is_listening(port)


def test_a_port_in_use_gets_a_sentence(settings: dict[str, str], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        done = subprocess.run(
            [sys.executable, ROOT / "bin" / "serve"],
            env=settings,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"make run PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1"])
def test_a_port_that_is_none_gets_a_sentence(settings: dict[str, str], value: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "bin" / "serve"],
        env={**settings, "PORT": value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "PORT is" in done.stderr
    assert "Traceback" not in done.stderr
