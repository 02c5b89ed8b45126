"""What the API of an institution's desk takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.core.i18n import INTERFACE_LANGUAGES
from lms.credentials.domain import CredentialKind
from lms.jobs.domain import JobState
from lms.web.addresses import LARGEST_ID


class BundleRequest(Schema):
    """Which certificates; what is left out chooses all."""

    module = fields.String(load_default="", metadata={"description": "Slug."})
    edition = fields.String(load_default="", metadata={"description": "Key of the edition."})
    since = fields.Date(
        data_key="from", load_default=None, metadata={"description": "First day of issue, in UTC."}
    )
    until = fields.Date(
        data_key="to", load_default=None, metadata={"description": "Last day of issue, included."}
    )
    branch = fields.Integer(
        load_default=None,
        validate=validate.Range(1, LARGEST_ID),
        metadata={"description": "An institution below, of which and of what lies below it alone."},
    )
    languages = fields.List(
        fields.String(validate=validate.OneOf(list(INTERFACE_LANGUAGES))), load_default=list
    )
    kinds = fields.List(fields.Enum(CredentialKind, by_value=True), load_default=list)
    prints = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether unsigned copies to print are added, merged."},
    )


class BundleReply(Schema):
    """The job that makes the download; getJob tells how far it is, getJobFile sends its file."""

    id = fields.UUID(required=True, metadata={"description": "Of the job."})
    job = fields.UUID(required=True, metadata={"description": "The same."})
    bundle = fields.Integer(required=True, metadata={"description": "Of the download itself."})
    state = fields.Enum(JobState, by_value=True, required=True)
    progress = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
