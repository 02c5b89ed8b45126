"""Ten slow uploads and ten slow downloads hold up nobody: the real server, started as `make run` starts it."""

from __future__ import annotations

import importlib.util
import select
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

SERVE = Path(__file__).resolve().parents[1] / "bin" / "serve"
SLOW = 10
# Only a fault waits so long.
SECONDS_OF_PATIENCE = 20
# A form as long as this one says it is, of which nearly nothing has come yet.
UPLOAD = (
    b"POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlogin="
)
REST_OF_UPLOAD = b"a" * (1000 - len("login="))
# The longest text there is, often enough that it fills what lies between server and reader.
DOWNLOADS = 20
DOWNLOAD = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * DOWNLOADS


@pytest.fixture
def serve() -> ModuleType:
    loader = SourceFileLoader("serve", str(SERVE))
    spec = importlib.util.spec_from_loader("serve", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def port(
    serve: ModuleType, own_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """Start the server and the worker as they are; nothing is loaded."""
    settings = {
        "BASE_URL": "",
        "DATABASE_URL": own_database_url,
        "DEMO": "1",
        "FILES_URL": (tmp_path / "files").as_uri(),
        "FLASK_SKIP_DOTENV": "1",
        "SECRET_KEY": "a key that is only ever used by this test",
        "WORKER_NAME": "slow-clients",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    pair = serve.Pair("127.0.0.1", number)
    try:
        serve.wait_until_ready(pair, f"http://127.0.0.1:{number}")
        yield number
    finally:
        pair.stop()


def slow(port: int, sends: bytes) -> socket.socket:
    """Connect as a phone with hardly any network does, and send something."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    client.settimeout(SECONDS_OF_PATIENCE)
    client.connect(("127.0.0.1", port))
    client.sendall(sends)
    return client


def seconds_for_a_page(port: int) -> float:
    began = time.monotonic()
    with urllib.request.urlopen(
        f"http://127.0.0.1:{port}/login", timeout=SECONDS_OF_PATIENCE
    ) as answer:
        assert answer.status == 200
        assert b"</html>" in answer.read()
    return time.monotonic() - began


def read_all(client: socket.socket) -> bytes:
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_page_answers_within_a_second_beside_ten_slow_uploads_and_ten_slow_downloads(port):
    seconds_for_a_page(port)
    with ExitStack() as held:
        uploads = [held.enter_context(slow(port, UPLOAD)) for _ in range(SLOW)]
        downloads = [held.enter_context(slow(port, DOWNLOAD)) for _ in range(SLOW)]
        for client in downloads:
            assert client.recv(12) == b"HTTP/1.1 200"

        # More than once: there are two processes, and either may get the next reader.
        waits = [seconds_for_a_page(port) for _ in range(8)]

        answered, _, _ = select.select(uploads, [], [], 0)
        assert not answered, "every upload is still under way"
        assert max(waits) < 1

        for client in uploads:
            client.sendall(REST_OF_UPLOAD)
            assert read_all(client).startswith(b"HTTP/1.1 400 "), "it was read to its end"
        client = downloads[0]
        client.shutdown(socket.SHUT_WR)
        assert read_all(client).count(b"HTTP/1.1 200") == DOWNLOADS - 1
