import pytest

from lms.jobs import JobState, Task
from lms.jobs.domain import fraction_done


@pytest.mark.parametrize(
    "name", ["", "make_documents", "credentials.", "Credentials.make", "a.b.c"]
)
def test_a_task_is_named_after_its_room_and_what_it_does(name):
    with pytest.raises(ValueError, match=r"room\.verb_noun"):
        Task(name, lambda payload, progress: None)


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
