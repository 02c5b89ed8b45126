"""The throw-away PostgreSQL is there for the command, and gone after it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import on_postgresql
import pytest

SCRIPT = Path(on_postgresql.__file__)

ASK_VERSION = """
import os, sys, psycopg
url = os.environ["HERE"].replace("+psycopg", "")
with psycopg.connect(url) as connection:
    folder = connection.execute("SHOW data_directory").fetchone()[0]
    print(folder)
sys.exit(7)
"""


@pytest.fixture(autouse=True)
def needs_postgresql() -> None:
    if on_postgresql.find_programs() is None:
        pytest.skip("no initdb here; `make test` says how to get it")


def test_the_command_reaches_the_server_and_its_status_is_passed_on() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, "HERE", sys.executable, "-c", ASK_VERSION],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert not Path(done.stdout.strip()).parent.exists()


def test_without_postgresql_the_command_is_skipped_with_a_sentence_but_not_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(on_postgresql, "find_programs", lambda: None)
    monkeypatch.delenv("CI", raising=False)
    assert on_postgresql.main("HERE", ["true"]) == 0
    assert "apt-get install postgresql" in capsys.readouterr().err

    monkeypatch.setenv("CI", "true")
    assert on_postgresql.main("HERE", ["true"]) == 1
