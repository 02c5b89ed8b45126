"""Measure certificates per second of CPU, hashed and stored: ours beside a page drawn by plain ReportLab.

One process, its fonts warm. The ways take turns for a few seconds each, so that whatever else the machine does falls on
all of them. It fails if ours, unsigned, makes fewer than `LEAST_RATIO` of what the plain page makes.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

# A certificate costs no more than 1 / 0.35 of what drawing its page alone costs.
LEAST_RATIO = 0.35
ROUNDS = 2


@dataclass(slots=True)
class Way:
    """A way to make a certificate, and what it came to so far."""

    name: str
    make: Callable[[int], bytes]
    count: int = 0
    seconds: float = 0

    @property
    def rate(self) -> float:
        """Certificates per second of CPU."""
        return self.count / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of CPU for one."""
        return 1000 * self.seconds / self.count

    def run(self, seconds: float, store: Callable[[str, bytes], None]) -> None:
        """Make, hash and store certificates for so many seconds of CPU."""
        begin = process_time()
        while process_time() - begin < seconds:
            self.count += 1
            content = self.make(self.count)
            store(hashlib.sha256(content).hexdigest(), content)
        self.seconds += process_time() - begin


class Keeper:
    """Stores files as the product does, under a prefix of its own."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def __call__(self, sha256: str, content: bytes) -> None:
        """Store one file under its hash."""
        from lms.core.storage import storage

        storage().write(f"{self._prefix}/{sha256}.pdf", content)


def list_ways() -> list[Way]:
    """Return the plain page, ours, and ours with a key's signature over it."""
    from lms.credentials.certificates import make_certificate
    from lms.credentials.keys import draw_documents_key
    from lms.credentials.pdf import Certificate, render_certificate
    from lms.credentials.signing import sign_document
    from tests.credentials.certificates import COMPLETION
    from tests.credentials.plain_certificate import draw_certificate

    now = datetime.now(UTC)
    key = make_certificate(
        draw_documents_key(),
        "Bench",
        specimen=True,
        not_before=now,
        not_after=now + timedelta(days=1),
    )

    def numbered(made: int) -> Certificate:
        return replace(COMPLETION, number=f"SC-2026-{made:08}")

    return [
        Way("plain ReportLab", lambda made: draw_certificate(numbered(made))),
        Way("ours, unsigned", lambda made: render_certificate(numbered(made))),
        Way(
            "ours, signed",
            lambda made: sign_document(
                render_certificate(numbered(made)), key.private, key.certificates
            ),
        ),
    ]


def main() -> int:
    """Run, print the table, and return 1 if ours is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="CPU seconds a way and round (3)")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        ways = measure(Path(folder), seconds)
    plain, ours, signed = ways
    print(f"{'':<18}{'a CPU second':>14}{'of plain':>10}{'ms each':>9}")
    for way in ways:
        print(f"{way.name:<18}{way.rate:>14.1f}{way.rate / plain.rate:>10.2f}{way.cost:>9.1f}")
    print(f"The signature itself: {signed.cost - ours.cost:.1f} ms.")
    if ours.rate < LEAST_RATIO * plain.rate:
        print(f"Too slow: less than {LEAST_RATIO} of the plain page.", file=sys.stderr)
        return 1
    return 0


def measure(folder: Path, seconds: float) -> list[Way]:
    """Return every way after its rounds, its files stored below `folder` as the product does."""
    os.environ |= {
        "DEMO": "1",
        "SECRET_KEY": "known-to-everybody-and-good-for-measuring-alone",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite'}",
        "FILES_URL": (folder / "files").as_uri(),
        "KEYS_FOLDER": str(folder / "keys"),
    }
    from config import load_config
    from lms.app import create_app

    app = create_app(load_config())
    with app.app_context():
        ways = list_ways()
        for way in ways:
            way.make(0)
        for turn in range(ROUNDS):
            for number, way in enumerate(ways):
                way.run(seconds, Keeper(f"{turn}-{number}"))
        return ways


if __name__ == "__main__":
    sys.exit(main())
