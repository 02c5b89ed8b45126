"""What the API of an institution's desk takes and gives."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.core.i18n import INTERFACE_LANGUAGES
from lms.credentials.domain import CredentialKind, CredentialState
from lms.jobs.domain import JobState
from lms.web.addresses import LARGEST_ID
from lms.web.paging import Page


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


class MemberLine(Schema):
    """A membership that the institution confirmed; who has several has a line for each."""

    person = fields.Integer(required=True, metadata={"description": "The person’s number."})
    name = fields.String(required=True, metadata={"description": "As it is written out."})
    given_names = fields.String(required=True)
    family_names = fields.String(required=True)
    institution = fields.Integer(required=True, metadata={"description": "Its number."})
    institution_name = fields.String(required=True)
    member_type = fields.String(
        required=True, allow_none=True, metadata={"description": "Key of the seat’s type, if any."}
    )
    started_on = fields.Date(required=True)
    ended_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Last day; null while it lasts."}
    )
    enrolments = fields.Integer(
        required=True,
        metadata={"description": "How many of the person’s enrolments belong to the institution."},
    )


class MemberList(Page):
    """Memberships, the newest first."""

    items = fields.List(fields.Nested(MemberLine), required=True)


class InstitutionCredentialLine(Schema):
    """A credential whose holder was the institution’s at the time."""

    number = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "In groups, as printed."})
    kind = fields.Enum(CredentialKind, by_value=True, required=True)
    holder = fields.String(
        required=True, allow_none=True, metadata={"description": "Null once the name is erased."}
    )
    module = fields.String(required=True, metadata={"description": "Slug."})
    title = fields.String(required=True)
    completed_on = fields.Date(required=True)
    issued_at = fields.AwareDateTime(required=True, format="iso")
    expires_on = fields.Date(required=True, allow_none=True)
    state = fields.Enum(CredentialState, by_value=True, required=True)
    languages = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Languages in which the document is ready."},
    )


class InstitutionCredentialList(Page):
    """Credentials, the newest first."""

    items = fields.List(fields.Nested(InstitutionCredentialLine), required=True)
