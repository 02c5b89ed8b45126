"""Credentials as the API writes them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.accounts.domain import LONGEST_NAME, NameOrder
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
    superseded_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Number of the newer one."}
    )
    expires_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day on which it holds; null: for good."},
    )
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
    date = fields.Date(
        required=True,
        metadata={"description": "Day of completion, or of the last that was read or attended."},
    )
    issued_at = fields.AwareDateTime(required=True, format="iso")
    institution = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True)
    specimen = fields.Boolean(required=True)
    expires_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The last day on which it holds; null: for good."},
    )
    superseded_by = fields.String(
        required=True, allow_none=True, metadata={"description": "Number of the newer one."}
    )
    superseded_by_code = fields.String(
        required=True, allow_none=True, metadata={"description": "Its code, to check it."}
    )
    superseded_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    revoked_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Why it was withdrawn (`issued-in-error`, `misconduct`, `holder-asked`) or replaced"
            " (`name-corrected`, `facts-corrected`)."
        },
    )
    files = fields.List(fields.Nested(FileHash), required=True)


class NameRequest(Schema):
    """How one's certificates are to read."""

    given_names = fields.String(required=True, validate=validate.Length(0, LONGEST_NAME))
    family_names = fields.String(required=True, validate=validate.Length(0, LONGEST_NAME))
    name_order = fields.Enum(NameOrder, by_value=True, required=True)
    family_in_capitals = fields.Boolean(
        load_default=False,
        metadata={"description": "Accents stay on capitals."},
    )


class NameReply(Schema):
    """The name as it is printed, and what was issued because it is known now."""

    printed_name = fields.String(required=True)
    issued = fields.List(
        fields.String(), required=True, metadata={"description": "Numbers of certificates."}
    )


class CertificateNameReply(Schema):
    """One's name in its parts, and how certificates read."""

    given_names = fields.String(required=True)
    family_names = fields.String(required=True)
    name_order = fields.Enum(NameOrder, by_value=True, required=True)
    family_in_capitals = fields.Boolean(required=True)
    printed_name = fields.String(
        required=True, allow_none=True, metadata={"description": "Null until it is confirmed."}
    )
    may_change = fields.Boolean(
        required=True,
        metadata={"description": "False once a certificate carries it: ask for a correction then."},
    )
    waiting = fields.List(
        fields.Integer(),
        required=True,
        metadata={
            "description": "Ids of the completed enrolments whose certificate waits for the name."
        },
    )


class ParticipationReply(Schema):
    """A certificate of participation."""

    number = fields.String(required=True)
