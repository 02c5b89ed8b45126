"""The page that documents the API, made from its OpenAPI description."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_smorest import Api
from marshmallow import Schema, fields

from lms.web.refusals import PROBLEM_TYPE

pages = Blueprint("api", __name__, template_folder="templates")

# What the OpenAPI description says beside the operations.
SPECIFICATION: dict[str, Any] = {
    "info": {
        "title": "Scrutin",
        "description": (
            "Everything a learner does, by program. Send the token that createToken gives in an"
            " Authorization: Bearer … header. Times are RFC 3339 in UTC. Errors are"
            " application/problem+json with type, title, status, detail and fields."
        ),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
}


class Problem(Schema):
    """Why an operation was refused (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        data_key="fields",
        metadata={"description": "Path in what was sent, and what is wrong there."},
    )


class ProblemApi(Api):
    """flask-smorest without its own error pages: every refusal has one shape, which `refusals` gives it."""

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        refused = {
            "description": "The operation was refused, and why.",
            "content": {PROBLEM_TYPE: {"schema": Problem}},
        }
        self.spec.components.response("DEFAULT_ERROR", refused, lazy=True)
        wrong = {**refused, "description": "Something in what was sent cannot be used."}
        # Its name differs between versions of Python.
        self.spec.components.response(HTTPStatus(422).name, wrong, lazy=True)


@pages.get("/api/v1/docs")
def docs() -> str:
    """Show every operation of the API."""
    return render_template("web/api_docs.html", spec=current_app.extensions["api"].spec.to_dict())
