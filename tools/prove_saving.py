"""Play schedules of lost, doubled, late and cut requests against a real server, until one breaks a promise.

`prove_saving.py --schedules 2000 --seed 1` plays the seeds from 1 to 2000, each with a new person and attempt, on a
database of its own: SQLite, or with `--database` (else TEST_DATABASE_URL) one that is made on that PostgreSQL server
and dropped. The first schedule after which a receipt, a reading, a row or a grade is not what it should be ends the
run with 1 and is told step by step; its seed plays it again, with `--verbose` whatever comes of it. What is drawn and
what is judged is in tests/quizzes/schedules.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from on_postgresql import stop_on_signal
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import migrate, temporary_database
from tests.quizzes.schedules.play import Played, play
from tests.quizzes.schedules.schedule import Kill, draw_schedule
from tests.quizzes.schedules.world import World, open_world

SCHEDULES_BETWEEN_LINES = 100


def prove(world: World, seeds: range, *, verbose: bool) -> bool:
    """Play the seeds' schedules, and return whether each kept what was promised."""
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for seed in seeds:
        played = play(world, draw_schedule(seed))
        count(counts, played)
        if played.violations or verbose:
            print(played, flush=True)
        if played.violations:
            print(f"Schedule {seed} broke {len(played.violations)} promises.")
            return False
        if counts["schedules"] % SCHEDULES_BETWEEN_LINES == 0:
            print(f"{counts['schedules']} schedules, {seed} the last", flush=True)
    told = ", ".join(f"{number} {what}" for what, number in counts.items())
    print(f"In {time.monotonic() - began:.0f} s: {told}. All is as it was promised.")
    return True


def count(counts: Counter[str], played: Played) -> None:
    """Add what a schedule came to."""
    evidence = played.evidence
    counts["schedules"] += 1
    counts["requests"] += len(evidence.deliveries)
    counts["answers kept"] += len(evidence.rows.answers)
    counts["attempts graded"] += len(evidence.rows.grades)
    counts["kills of the server"] += sum(isinstance(one, Kill) for one in played.schedule.steps)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--schedules", type=at_least_one, default=2000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--database", metavar="URL")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args(arguments)
    if options.database:
        os.environ["TEST_DATABASE_URL"] = options.database
    seeds = range(options.seed, options.seed + options.schedules)
    signal.signal(signal.SIGTERM, stop_on_signal)
    try:
        return 0 if run(seeds, verbose=options.verbose) else 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def run(seeds: range, *, verbose: bool) -> bool:
    """Play the seeds' schedules in a world of their own."""
    with ExitStack() as world_parts:
        folder = Path(
            world_parts.enter_context(tempfile.TemporaryDirectory(prefix="scrutin-schedules-"))
        )
        url = world_parts.enter_context(temporary_database(folder))
        migrate(url)
        print(
            f"Schedules {seeds[0]} to {seeds[-1]} on {make_url(url).get_backend_name()}", flush=True
        )
        return prove(world_parts.enter_context(open_world(url, folder)), seeds, verbose=verbose)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
