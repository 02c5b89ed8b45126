"""Durable background work: it begins if its transaction commits, and outlives the worker's death.

A room writes its tasks in `tasks.py` with `task`; `lms.app` gives them all to `Jobs`; commands call
`enqueue`. A `sweep` is what workers do every so often, without a job.
"""

from lms.jobs.commands import cancel_job, enqueue
from lms.jobs.domain import JobFile, JobState, JobView, Json, Progress, Sweep, Task, sweep, task
from lms.jobs.errors import JobHasEnded, JobNotFound, NoFile
from lms.jobs.queries import failed_jobs, get_file, get_job, is_ready, list_jobs, list_states
from lms.jobs.workflows import Jobs, create_dbos_tables

__all__ = [
    "JobFile",
    "JobHasEnded",
    "JobNotFound",
    "JobState",
    "JobView",
    "Jobs",
    "Json",
    "NoFile",
    "Progress",
    "Sweep",
    "Task",
    "cancel_job",
    "create_dbos_tables",
    "enqueue",
    "failed_jobs",
    "get_file",
    "get_job",
    "is_ready",
    "list_jobs",
    "list_states",
    "sweep",
    "task",
]
