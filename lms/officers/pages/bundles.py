"""Downloads of certificates: asked for, followed, cancelled, fetched."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("bundles", __name__)
