"""Tokens as the API reads and writes them."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.accounts.domain import TokenScope


class TokenRequest(Schema):
    """Who asks for a token, and what for."""

    login = fields.String(
        required=True,
        validate=validate.Length(1, 254),
        metadata={"description": "E-mail address or user name."},
    )
    password = fields.String(required=True, validate=validate.Length(1, 200), load_only=True)
    name = fields.String(
        load_default="",
        validate=validate.Length(0, 120),
        metadata={"description": "What the token is for, to recognise it later."},
    )
    scopes = fields.List(
        fields.Enum(TokenScope, by_value=True),
        load_default=lambda: list(TokenScope),
        validate=validate.Length(min=1),
        metadata={"description": "`read` changes nothing, `write` is for the rest. Default: both."},
    )


class TokenReply(Schema):
    """The token, shown this once."""

    token = fields.String(required=True, attribute="text")
    expires_at = fields.AwareDateTime(required=True, format="iso")
