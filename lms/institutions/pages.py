"""The trees of institutions and zones, edited in the browser: `/admin/institutions`, `/admin/zones`."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("institutions", __name__, template_folder="templates")
