"""Credentials as the API writes them."""

from __future__ import annotations

from marshmallow import Schema, fields

from lms.credentials.domain import CredentialKind, CredentialState
from lms.web.paging import Page


class CredentialLine(Schema):
    """One of one's own credentials."""

    number = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "In groups, as printed."})
    kind = fields.Enum(CredentialKind, by_value=True, required=True)
    module = fields.String(required=True, metadata={"description": "Slug."})
    title = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True, format="iso")
    state = fields.Enum(CredentialState, by_value=True, required=True)
    languages = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Languages in which the document is ready."},
    )
    specimen = fields.Boolean(required=True)


class CredentialList(Page):
    """One's own credentials, the newest first."""

    items = fields.List(fields.Nested(CredentialLine), required=True)


class DocumentRequest(Schema):
    """Which document is asked for."""

    language = fields.String(load_default=None, metadata={"description": "Such as fr."})


class BeingMade(Schema):
    """The document is not ready yet; the job tells how far it is."""

    job = fields.String(required=True, allow_none=True)


class FileHash(Schema):
    """A document's fingerprint."""

    language = fields.String(required=True)
    sha256 = fields.String(required=True)


class VerificationReply(Schema):
    """What anybody with the code may know."""

    state = fields.Enum(CredentialState, by_value=True, required=True)
    number = fields.String(required=True)
    kind = fields.Enum(CredentialKind, by_value=True, required=True)
    holder = fields.String(required=True, allow_none=True)
    module = fields.String(required=True, metadata={"description": "Title."})
    programme = fields.String(required=True)
    hours = fields.Float(required=True)
    date = fields.Date(required=True, metadata={"description": "Day of completion."})
    issued_at = fields.AwareDateTime(required=True, format="iso")
    institution = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True)
    specimen = fields.Boolean(required=True)
    files = fields.List(fields.Nested(FileHash), required=True)
