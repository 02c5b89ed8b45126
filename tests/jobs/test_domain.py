import pytest

from lms.jobs import JobState, Sweep, Task
from lms.jobs.domain import fraction_done


@pytest.mark.parametrize(
    "name", ["", "make_documents", "credentials.", "Credentials.make", "a.b.c"]
)
def test_a_task_or_sweep_is_named_after_its_room_and_what_it_does(name):
    with pytest.raises(ValueError, match=r"a task is named .* room\.verb_noun"):
        Task(name, lambda payload, progress: None)
    with pytest.raises(ValueError, match=r"a sweep is named .* room\.verb_noun"):
        Sweep(name, 1, lambda now: 0)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_sweep_rests_for_a_second_at_least(seconds):
    with pytest.raises(ValueError, match="a second at least"):
        Sweep("room.do_work", seconds, lambda now: 0)


@pytest.mark.parametrize(
    ("state", "done", "total", "expected"),
    [
        (JobState.WAITING, 0, 0, 0.0),
        (JobState.RUNNING, 0, 0, 0.0),
        (JobState.RUNNING, 1, 4, 0.25),
        (JobState.RUNNING, 5, 4, 1.0),
        (JobState.FAILED, 1, 4, 0.25),
        (JobState.DONE, 0, 0, 1.0),
    ],
)
def test_progress_is_what_was_reported_and_whole_once_done(state, done, total, expected):
    assert fraction_done(state, done, total) == expected
