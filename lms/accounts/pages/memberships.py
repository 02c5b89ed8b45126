"""The institutions that a person belongs to, claims, or is invited by: `/my/institutions`."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("memberships", __name__)
