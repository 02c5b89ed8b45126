"""The server as it is served, and what its processes use. Linux alone says what is asked here."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 120
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
KIBIBYTES_IN_MEBIBYTE = 1024


class CannotServe(Exception):
    """The server did not start; it has said why by then."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of processor: the web server's, the worker's, this program's, and the whole machine's."""

    server: float
    worker: float
    client: float
    machine: float

    @property
    def others(self) -> float:
        """What everything else on the machine used, a database server among it."""
        return max(0.0, self.machine - self.server - self.worker - self.client)

    def since(self, earlier: Usage) -> Usage:
        """Return what was used between the two; of a process that has ended meanwhile, nothing is known."""
        return Usage(
            max(0.0, self.server - earlier.server),
            max(0.0, self.worker - earlier.worker),
            self.client - earlier.client,
            self.machine - earlier.machine,
        )


@dataclass(frozen=True, slots=True)
class Process:
    """A line of the system's list of processes."""

    id: int
    parent_id: int
    session_id: int
    seconds: float

    def read(self, name: str) -> str:
        """Return what the system says under that name, or nothing once the process has ended."""
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{self.id}/{name}").read_text(errors="replace")
        return ""


def list_processes() -> Iterator[Process]:
    """Yield every process that does not end meanwhile."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            # The name stands in brackets, and may hold anything.
            words = path.read_text(errors="replace").rpartition(")")[2].split()
            seconds = (int(words[11]) + int(words[12])) / CLOCK_TICKS
            yield Process(int(path.parent.name), int(words[1]), int(words[3]), seconds)


def seconds_of_machine() -> float:
    """Return for how many seconds the processors were not idle, all together."""
    words = Path("/proc/stat").read_text().split(maxsplit=9)[1:9]
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts, stolen = map(int, words)
    return (user + nice + system + interrupts + soft_interrupts + stolen) / CLOCK_TICKS


@dataclass(frozen=True, slots=True)
class Server:
    """A running `bin/serve`. The web server and the worker each lead a session of processes."""

    port: int
    server_id: int
    worker_id: int

    def measure(self) -> Usage:
        """Return what has been used until now."""
        used: dict[int, float] = defaultdict(float)
        for process in list_processes():
            used[process.session_id] += process.seconds
        return Usage(
            used[self.server_id], used[self.worker_id], time.process_time(), seconds_of_machine()
        )

    def measure_memory(self) -> tuple[float, float]:
        """Return the most memory (MiB) that the web server and the worker held, summed over their processes."""
        peaks: dict[int, float] = defaultdict(float)
        for process in list_processes():
            for line in process.read("status").splitlines():
                if line.startswith("VmHWM:"):
                    peaks[process.session_id] += int(line.split()[1]) / KIBIBYTES_IN_MEBIBYTE
        return peaks[self.server_id], peaks[self.worker_id]


@contextmanager
def serving(settings: dict[str, str], port: int) -> Iterator[Server]:
    """Start `bin/serve` and wait until it is ready; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, ROOT / "bin" / "serve"],
        env={**os.environ, **settings},
        # Its greeting; what goes wrong is said on the other stream.
        stdout=subprocess.DEVNULL,
        # A Ctrl-C reaches it once, from here.
        start_new_session=True,
    )
    try:
        wait_until_ready(process, port)
        children = {
            "server" if "granian" in child.read("cmdline") else "worker": child.id
            for child in list_processes()
            if child.parent_id == process.pid
        }
        yield Server(port, children["server"], children["worker"])
    finally:
        process.terminate()
        process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when /ready answers 200. Raises `CannotServe` if the process ends, or time passes."""
    deadline = time.monotonic() + SECONDS_TO_START
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection), suppress(OSError):
            connection.request("GET", "/ready")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise CannotServe("bin/serve did not become ready.")
