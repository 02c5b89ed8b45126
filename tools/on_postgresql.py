"""Run a command with a throw-away PostgreSQL: `on_postgresql.py VARIABLE COMMAND…`.

VARIABLE receives the database's address. The cluster listens on 127.0.0.1 alone, trusts everybody
there, never flushes to disk, and is gone when the command ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
# PostgreSQL refuses to run as root; this is the account that Debian's package makes.
SERVER_ACCOUNT = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
}
# Another program may take the port between our choice and the server's start.
TRIES = 3


class CannotStart(Exception):
    """The reason why no cluster runs, as a sentence."""


def find_programs() -> Path | None:
    """Return the folder that holds `initdb` and `pg_ctl`, the newest of Debian's versions first."""
    if DEBIAN_FOLDER.is_dir():
        versions = [folder for folder in DEBIAN_FOLDER.iterdir() if folder.name.isdigit()]
        for folder in sorted(versions, key=lambda version: int(version.name), reverse=True):
            if (folder / "bin" / "initdb").exists():
                return folder / "bin"
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_cluster(programs: Path) -> Iterator[str]:
    """Start a cluster in a temporary folder; the value is its address, the cluster ends with it."""
    as_server = ["runuser", "-u", SERVER_ACCOUNT, "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="scrutin-postgresql-", dir="/tmp") as name:
        folder = Path(name)
        if as_server:
            shutil.chown(folder, SERVER_ACCOUNT)
        cluster = folder / "cluster"
        initdb = ["initdb", "-U", "scrutin", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        run(as_server, programs, [*initdb, "-D", str(cluster)], cwd=folder)
        port = start(as_server, programs, cluster, folder)
        try:
            yield f"postgresql+psycopg://scrutin@127.0.0.1:{port}/postgres"
        finally:
            run(
                as_server,
                programs,
                ["pg_ctl", "stop", "-m", "immediate", "-D", str(cluster)],
                folder,
            )


def start(as_server: Sequence[str], programs: Path, cluster: Path, folder: Path) -> int:
    """Start the server of `cluster`, with its socket and log in `folder`, and return its port."""
    log = folder / "log"
    for attempt in range(1, TRIES + 1):
        port = free_port()
        settings = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        try:
            run(
                as_server,
                programs,
                ["pg_ctl", "start", "-w", "-D", str(cluster), "-l", str(log), "-o", options],
                cwd=folder,
            )
        except CannotStart as refusal:
            if attempt == TRIES:
                said = log.read_text(errors="replace") if log.exists() else ""
                raise CannotStart(f"{refusal}\n{said}".rstrip()) from refusal
        else:
            return port
    raise AssertionError("the last attempt returns or raises")


def run(as_server: Sequence[str], programs: Path, command: Sequence[str], cwd: Path) -> None:
    """Run one of PostgreSQL's programs. Raises `CannotStart` with what it said."""
    done = subprocess.run(
        [*as_server, str(programs / command[0]), *command[1:]],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=(cwd / "said").open("wb"),
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        said = (cwd / "said").read_text(errors="replace").strip()
        raise CannotStart(f"PostgreSQL's {command[0]} failed: {said}")


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop_on_signal(number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that the cluster is stopped on the way out."""
    raise SystemExit(128 + number)


def main(variable: str, command: Sequence[str]) -> int:
    """Return the command's exit status; without PostgreSQL 0, or 1 where CI forbids to skip."""
    programs = find_programs()
    if programs is None:
        print(
            f"SKIPPED on PostgreSQL: {' '.join(command)}\n"
            "PostgreSQL's server programs are not here. On Debian or Ubuntu: sudo apt-get install "
            "postgresql; elsewhere, put initdb and pg_ctl on the PATH.",
            file=sys.stderr,
        )
        return 1 if os.environ.get("CI") == "true" else 0
    signal.signal(signal.SIGTERM, stop_on_signal)
    try:
        with running_cluster(programs) as address:
            environment = {**os.environ, variable: address}
            return subprocess.run(command, env=environment, check=False).returncode
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
