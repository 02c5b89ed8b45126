"""The API of jobs."""

from __future__ import annotations

from uuid import UUID

from flask_smorest import Blueprint

from lms.core.db import reading
from lms.jobs import queries
from lms.jobs.domain import JobView
from lms.jobs.schemas import JobSchema
from lms.web import current_actor

api = Blueprint("jobs", __name__, description="Background work, and how far it has come.")


@api.get("/jobs/<uuid:job_id>")
@api.doc(operationId="getJob")
@api.response(200, JobSchema)
def get_job(job_id: UUID) -> JobView:
    """Tell a job's state, progress and result."""
    with reading() as session:
        return queries.get_job(session, current_actor(), str(job_id))
