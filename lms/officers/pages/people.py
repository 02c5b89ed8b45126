"""Bringing people in, answering claims, moving, and appointing officers below."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("officers_people", __name__)
