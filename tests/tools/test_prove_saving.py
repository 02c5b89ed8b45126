"""The proof plays what it is told to, and ends at the first broken promise with all that is needed to play it again."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import prove_saving
import pytest

from tests.quizzes.schedules.evidence import Evidence, Rows
from tests.quizzes.schedules.play import Played
from tests.quizzes.schedules.schedule import Schedule

SCRIPT = Path(prove_saving.__file__)
NOTHING = Evidence((), Rows(None, None, (), (), ()), {}, Fraction(0), {}, timedelta(0))


@pytest.fixture
def broken_seed(monkeypatch) -> int:
    """A seed after which a promise is broken, as if it were played."""

    def play(world: object, schedule: Schedule) -> Played:
        wrong = ("an answer is lost",) if schedule.seed == 7 else ()
        return Played(schedule, ("phone sends",), NOTHING, wrong)

    monkeypatch.setattr(prove_saving, "play", play)
    return 7


def test_the_first_broken_promise_ends_the_run_with_its_seed_and_its_steps(broken_seed, capsys):
    assert not prove_saving.prove(None, range(5, 10), verbose=False)

    said = capsys.readouterr().out
    assert said == (
        "Schedule 7:\n  phone sends\n  !! an answer is lost\nSchedule 7 broke 1 promises.\n"
    )


def test_without_a_broken_promise_the_sums_are_told(broken_seed, capsys):
    assert prove_saving.prove(None, range(8, 11), verbose=False)

    assert "3 schedules, 0 requests" in capsys.readouterr().out


def test_verbose_tells_every_schedule(broken_seed, capsys):
    assert prove_saving.prove(None, range(8, 10), verbose=True)

    assert "Schedule 8:\n  phone sends\nSchedule 9:\n" in capsys.readouterr().out


def test_one_schedule_is_played_against_a_real_server():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--schedules", "1", "--seed", "3", "--verbose"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Schedules 3 to 3 on" in done.stdout
    assert "phone sends" in done.stdout
    assert "All is as it was promised." in done.stdout


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_number_of_schedules_that_is_none_gets_a_sentence(number, capsys):
    with pytest.raises(SystemExit):
        prove_saving.main(["--schedules", number])

    assert "is no whole number from 1 on" in capsys.readouterr().err
