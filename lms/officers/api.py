"""Members, certificates and downloads of an institution."""

from __future__ import annotations

from flask_smorest import Blueprint

api = Blueprint(
    "institutions_api", __name__, description="An institution’s people and certificates."
)
