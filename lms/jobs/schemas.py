"""Jobs as JSON."""

from __future__ import annotations

from marshmallow import Schema, fields

from lms.jobs.domain import JobState


class JobSchema(Schema):
    """A job and how far it has come."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, metadata={"example": "credentials.make_documents"})
    subject = fields.String(required=True)
    state = fields.Enum(JobState, by_value=True, required=True)
    progress = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    result = fields.Raw(required=True, allow_none=True)
    error = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it failed, for those who may read every job."},
    )
    created_at = fields.AwareDateTime(required=True, format="iso")
