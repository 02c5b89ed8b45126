"""The server as a process of its own, started as bin/serve starts it, and killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

SERVE = Path(__file__).resolve().parents[3] / "bin" / "serve"
HOST = "127.0.0.1"


def _load_serve() -> ModuleType:
    loader = SourceFileLoader("serve", str(SERVE))
    spec = importlib.util.spec_from_loader("serve", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class Server:
    """A server without its worker, since saving asks for no work in the background."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._serve = _load_serve()
        self._settings = settings
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = int(probe.getsockname()[1])
        self.start()

    def start(self) -> None:
        """Start it, and return when it answers."""
        with patch.dict(os.environ, self._settings):
            self._pair = self._serve.Pair(HOST, self.port)
        worker = self._pair.processes.pop("worker")
        worker.kill()
        worker.wait()
        try:
            self._serve.wait_until_ready(self._pair, f"http://{HOST}:{self.port}")
        except BaseException:
            self.stop()
            raise

    def kill(self) -> None:
        """End every process of it at once, wherever each is."""
        process = self._pair.processes["server"]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End it in good order."""
        self._pair.stop()
