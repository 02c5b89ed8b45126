"""The desk itself: branches, people, progress and seats, `/institution`."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("officers", __name__, template_folder="../templates")
