"""The API of jobs."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from lms.core.db import reading, unit_of_work
from lms.jobs import commands, queries
from lms.jobs.domain import JobView
from lms.jobs.schemas import JobSchema
from lms.web import current_actor, send_stored

api = Blueprint("jobs", __name__, description="Background work, and how far it has come.")


@api.get("/jobs/<uuid:job_id>")
@api.doc(operationId="getJob")
@api.response(200, JobSchema)
def get_job(job_id: UUID) -> JobView:
    """Tell a job's state, progress and result."""
    with reading() as session:
        return queries.get_job(session, current_actor(), str(job_id))


@api.get("/jobs/<uuid:job_id>/file")
@api.doc(
    operationId="getJobFile",
    responses={
        200: {"description": "The file.", "content": {"application/zip": {}}},
        206: {"description": "The part that Range asks for.", "content": {"application/zip": {}}},
    },
)
def get_job_file(job_id: UUID) -> ResponseReturnValue:
    """Send the file that a job made; a download that was cut goes on with `Range` and `If-Range`."""
    with reading() as session:
        file = queries.get_file(session, current_actor(), str(job_id))
    return send_stored(file.key, file.name, file.media_type, file.sha256)


@api.post("/jobs/<uuid:job_id>/cancellation")
@api.doc(operationId="cancelJob")
@api.response(200, JobSchema)
def cancel_job(job_id: UUID) -> JobView:
    """Let a job of one's own end before its next step; once cancelled, it stays so."""
    actor = current_actor()
    with unit_of_work() as session:
        commands.cancel_job(session, actor, str(job_id))
        return queries.get_job(session, actor, str(job_id))
