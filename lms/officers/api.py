"""Members, certificates and downloads of an institution."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from lms import jobs
from lms.core import clock
from lms.core.db import unit_of_work
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from lms.officers.schemas import BundleReply, BundleRequest
from lms.web import current_actor, current_language

api = Blueprint(
    "institutions_api", __name__, description="An institution’s people and certificates."
)


@api.post("/institutions/<int:institution_id>/bundles")
@api.doc(operationId="createBundle")
@api.arguments(BundleRequest)
@api.response(202, BundleReply)
def create_bundle(
    wanted: dict[str, Any], institution_id: int
) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Ask for the certificates of an institution, and of all below it, as one ZIP file.

    The same asked for again within a minute returns the first job.
    """
    choice = BundleChoice(
        module_slug=wanted["module"],
        edition_key=wanted["edition"],
        since=wanted["since"],
        until=wanted["until"],
        branch_id=wanted["branch"],
        languages=tuple(dict.fromkeys(wanted["languages"])),
        kinds=tuple(dict.fromkeys(kind.value for kind in wanted["kinds"])),
        with_prints=wanted["prints"],
    )
    actor = current_actor()
    with unit_of_work() as session:
        bundle = commands.create_bundle(
            session,
            actor,
            institution_id,
            choice,
            language=current_language(),
            now=clock.now(),
        )
        job = jobs.get_job(session, actor, bundle.job_id)
    reply = {
        "id": job.id,
        "job": job.id,
        "bundle": bundle.id,
        "state": job.state,
        "progress": job.progress,
    }
    return reply, 202, {"Location": url_for("jobs.get_job", job_id=job.id)}
