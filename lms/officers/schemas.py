"""Members and certificates of an institution as the API writes them."""

from __future__ import annotations

from marshmallow import Schema, fields

from lms.credentials.domain import CredentialKind, CredentialState
from lms.web.paging import Page


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
