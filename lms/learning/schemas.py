"""Enrolments as the API reads and writes them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.learning.domain import ActivityState
from lms.web.paging import Page


class EnrolmentRequest(Schema):
    """What to enrol in."""

    module = fields.String(
        required=True, validate=validate.Length(1, 64), metadata={"description": "Slug."}
    )
    edition = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, 64),
        metadata={"description": "Key of the edition; default: the open one."},
    )


class LockSchema(Schema):
    """An activity that must be done first."""

    key = fields.String(required=True)
    title = fields.String(required=True)


class ActivityReply(Schema):
    """An activity, and where the learner stands in it."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)
    required = fields.Boolean(required=True)
    state = fields.Enum(ActivityState, by_value=True, required=True)
    score = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "From 0 to 1, as its kind counts; null while hidden."},
    )
    locked_by = fields.List(fields.Nested(LockSchema), required=True)


class EnrolmentLine(Schema):
    """An enrolment in a list."""

    id = fields.Integer(required=True)
    module = fields.String(required=True, metadata={"description": "Slug."})
    title = fields.String(required=True)
    programme = fields.String(required=True, metadata={"description": "Key."})
    programme_title = fields.String(required=True)
    progress = fields.Float(required=True, metadata={"description": "From 0 to 1."})
    enrolled_at = fields.AwareDateTime(required=True, format="iso")
    completed_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class EnrolmentReply(EnrolmentLine):
    """An enrolment with its activities."""

    activities = fields.List(fields.Nested(ActivityReply), required=True)
    waiting_for = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "What a certificate still needs: `completion`, `name` (see `confirmName`), or nothing."
        },
    )


class EnrolmentList(Page):
    """Enrolments, the newest first."""

    items = fields.List(fields.Nested(EnrolmentLine), required=True)


class LessonReply(Schema):
    """A lesson's text, sanitised."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    language = fields.String(required=True)
    html = fields.String(required=True)
