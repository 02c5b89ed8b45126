"""Both databases are tried, and a failure on either is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import on_postgresql
import pytest
import run_tests

SCRIPT = Path(run_tests.__file__)

PASSES = """
import os

def test_which():
    print("url:", os.environ.get("TEST_DATABASE_URL", "none")[:10])
"""
FAILS_ON = """
import os

def test_one_database():
    assert ("TEST_DATABASE_URL" in os.environ) is {fails_on_sqlite}
"""


def run(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_made.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return subprocess.run(
        [sys.executable, SCRIPT, "-q", "-s", "-p", "no:cacheprovider", "-p", "no:flask"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(autouse=True)
def needs_postgresql() -> None:
    if on_postgresql.find_programs() is None:
        pytest.skip("no initdb here; `make test` says how to get it")


def test_both_databases_are_tried_and_what_each_says_stays_together(tmp_path: Path) -> None:
    done = run(tmp_path, PASSES)

    assert done.returncode == 0, done.stdout + done.stderr
    sqlite, postgresql = done.stdout.split("Tests on PostgreSQL")
    assert "url: none" in sqlite
    assert "url: postgresql" in postgresql
    assert sqlite.count("1 passed") == postgresql.count("1 passed") == 1


@pytest.mark.parametrize("fails_on_sqlite", [True, False])
def test_a_failure_on_one_database_fails_the_whole(tmp_path: Path, fails_on_sqlite: bool) -> None:
    done = run(tmp_path, FAILS_ON.format(fails_on_sqlite=fails_on_sqlite))

    assert done.returncode == 1
    assert done.stdout.count("1 passed") == done.stdout.count("1 failed") == 1
