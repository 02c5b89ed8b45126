"""The rules that tests/conftest.py puts on every test hold."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import NetworkReached

HERE = Path(__file__).resolve().parent

SKIPS = """
    import pytest

    def test_needs_a_program_that_is_missing():
        pytest.skip("no such program")

    @pytest.mark.xfail(strict=True)
    def test_fails_as_expected():
        raise AssertionError
"""


@pytest.fixture
def run_with_these_rules(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    # The conftest.py names the product's own modules, and the run begins in a folder of its own.
    monkeypatch.setenv("PYTHONPATH", str(HERE.parent))
    pytester.makeconftest((HERE / "conftest.py").read_text(encoding="utf-8"))
    return pytester


def test_another_machine_is_out_of_reach_by_address() -> None:
    with socket.socket() as sock, pytest.raises(NetworkReached):
        sock.connect(("192.0.2.1", 80))


def test_another_machine_is_out_of_reach_by_name() -> None:
    with pytest.raises(NetworkReached):
        urllib.request.urlopen("http://elections.example.org/", timeout=1)


def test_this_machine_is_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


def test_a_skip_is_a_failure_in_ci(
    run_with_these_rules: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    run_with_these_rules.makepyfile(SKIPS)
    result = run_with_these_rules.runpytest_subprocess()
    result.assert_outcomes(failed=1, xfailed=1)
    result.stdout.fnmatch_lines(["*CI=true allows no skip. *no such program*"])


def test_a_skipped_file_is_a_failure_in_ci(
    run_with_these_rules: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    run_with_these_rules.makepyfile("import pytest\npytest.importorskip('no_such_module')")
    run_with_these_rules.runpytest_subprocess().assert_outcomes(errors=1)


def test_a_skip_stays_a_skip_elsewhere(
    run_with_these_rules: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    run_with_these_rules.makepyfile(SKIPS)
    run_with_these_rules.runpytest_subprocess().assert_outcomes(skipped=1, xfailed=1)
