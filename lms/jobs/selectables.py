"""What rooms above may join of jobs."""

from __future__ import annotations

from sqlalchemy import Subquery, select
from sqlalchemy.orm import Session

from lms.jobs.domain import JobState
from lms.jobs.models import Job
from lms.jobs.workflows import STATES, workflow_tables


def failed_jobs(session: Session) -> Subquery:
    """Return `id` and `created_at` of every job that has failed, as the session's database names its tables."""
    status = workflow_tables(session).status
    failures = [name for name, state in STATES.items() if state is JobState.FAILED]
    return (
        select(Job.id, Job.created_at)
        .join(status, status.c.workflow_uuid == Job.id)
        .where(status.c.status.in_(failures))
        .subquery("failed_jobs")
    )
