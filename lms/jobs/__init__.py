"""Durable background work: it begins if its transaction commits, and outlives the worker's death.

A room writes its tasks in `tasks.py` with `task`; `lms.app` gives them all to `Jobs`; commands call
`enqueue`. A `sweep` is what workers do every so often, without a job.
"""

from lms.jobs.commands import enqueue
from lms.jobs.domain import JobState, JobView, Json, Progress, Sweep, Task, sweep, task
from lms.jobs.errors import JobNotFound
from lms.jobs.queries import get_job, is_ready, list_jobs, list_states
from lms.jobs.selectables import failed_jobs
from lms.jobs.workflows import Jobs, create_dbos_tables

__all__ = [
    "JobNotFound",
    "JobState",
    "JobView",
    "Jobs",
    "Json",
    "Progress",
    "Sweep",
    "Task",
    "create_dbos_tables",
    "enqueue",
    "failed_jobs",
    "get_job",
    "is_ready",
    "list_jobs",
    "list_states",
    "sweep",
    "task",
]
