"""Run the tests on SQLite and on PostgreSQL at the same time: `run_tests.py [ARGUMENTS OF PYTEST…]`.

One run leaves half of a machine idle, as it waits for browsers and servers. What happens on SQLite is shown as it
happens, and what happened on PostgreSQL after it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

VARIABLE = "TEST_DATABASE_URL"
ON_POSTGRESQL = Path(__file__).with_name("on_postgresql.py")


def main(arguments: Sequence[str]) -> int:
    """Return 0 if both runs passed, else 1."""
    pytest = [sys.executable, "-m", "pytest", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    with tempfile.TemporaryFile() as said:
        second = subprocess.Popen(
            [sys.executable, str(ON_POSTGRESQL), VARIABLE, *pytest],
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            print("Tests on SQLite", flush=True)
            first = subprocess.run(pytest, env=environment, check=False)
            second.wait()
        except KeyboardInterrupt:
            second.send_signal(signal.SIGTERM)
            second.wait()
            return 128 + signal.SIGINT
        print("Tests on PostgreSQL", flush=True)
        said.seek(0)
        sys.stdout.buffer.write(said.read())
        sys.stdout.flush()
    return 1 if first.returncode or second.returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
