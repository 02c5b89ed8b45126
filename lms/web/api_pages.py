"""The page that documents the API, made from its OpenAPI description."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

pages = Blueprint("api", __name__, template_folder="templates")

# What the OpenAPI description says beside the operations.
SPECIFICATION: dict[str, Any] = {
    "info": {
        "title": "Scrutin",
        "description": (
            "Everything a learner does, by program. Send the token that createToken gives as"
            " `Authorization: Bearer …`. Times are RFC 3339 in UTC. Errors are"
            " application/problem+json with type, title, status, detail and fields."
        ),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
}


@pages.get("/api/v1/docs")
def docs() -> str:
    """Show every operation of the API."""
    return render_template("web/api_docs.html", spec=current_app.extensions["api"].spec.to_dict())
