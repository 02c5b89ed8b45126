"""Changing one's password: `/password/change`."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("passwords", __name__)
