"""Checking without a network: what that is worth, and the file to take along."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.db import reading
from lms.core.errors import Conflict
from lms.credentials import queries
from lms.credentials.offline import assemble_page
from lms.web import absolute_url, current_language, send_download

pages = Blueprint("offline", __name__, template_folder="../templates")


@pages.get("/verify/offline")
def explain() -> str:
    """Say what the file can tell, and offer it."""
    return render_template("credentials/offline.html", is_ready=True)


@pages.get("/verify/offline.html")
def download() -> ResponseReturnValue:
    """Send the file to save, with the keys and the list of this moment; anybody may have it."""
    now = clock.now()
    try:
        with reading() as session:
            facts = queries.get_offline_facts(session, now=now)
    except Conflict:
        # Nothing can be signed now: the operator is told by the jobs that fail.
        return render_template("credentials/offline.html", is_ready=False), 503
    content = assemble_page(
        current_language(),
        keys=dict(facts.keys),
        withdrawn=facts.withdrawn,
        key_id=facts.key_id,
        signature=facts.signature,
        address=absolute_url("offline.explain"),
        look_up=absolute_url("credentials.look_up"),
    )
    # The day in the name: who keeps several sees which is the newest.
    filename = f"scrutin-{now:%Y-%m-%d}.html"
    return send_download(content.encode(), filename, "text/html; charset=utf-8")
