"""Figures of an institution, each with its rows."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("figures", __name__)
