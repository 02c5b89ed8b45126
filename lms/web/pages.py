"""Pages that belong to no room: privacy, contact, and what a monitor asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

pages = Blueprint("web", __name__, template_folder="templates")


@pages.get("/privacy")
def show_privacy() -> str:
    """Say what is kept of people, and why."""
    return render_template("web/privacy.html")


@pages.get("/contact")
def show_contact() -> str:
    """Say whom to write to."""
    return render_template("web/contact.html")


@pages.get("/health")
def show_health() -> ResponseReturnValue:
    """Say that the process lives; touches nothing else."""
    return jsonify(status="ok")


@pages.get("/ready")
def show_readiness() -> ResponseReturnValue:
    """Say whether database, jobs and files can be used: 200, or 503 with what cannot."""
    checks: Mapping[str, Callable[[], bool]] = current_app.extensions["readiness"]
    results = {name: _passes(check) for name, check in checks.items()}
    status = 200 if all(results.values()) else 503
    return jsonify(status="ready" if status == 200 else "not ready", checks=results), status


def _passes(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        current_app.logger.exception("a readiness check failed")
        return False
