"""Members, certificates and downloads of an institution."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_smorest import Blueprint

from lms import jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.officers import queries
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from lms.officers.schemas import (
    BundleReply,
    BundleRequest,
    InstitutionCredentialList,
    MemberList,
)
from lms.web import current_actor, current_language
from lms.web.paging import PageRequest, cut_page

api = Blueprint(
    "institutions_api", __name__, description="An institution’s people and certificates."
)


@api.get("/institutions/<int:institution_id>/members")
@api.doc(operationId="listMembers")
@api.arguments(PageRequest, location="query")
@api.response(200, MemberList)
def list_members(page: dict[str, Any], institution_id: int) -> dict[str, Any]:
    """List the members of an institution and of all below it, those who left, too; the newest first."""
    with reading() as session:
        found = queries.list_members(
            session,
            current_actor(),
            institution_id,
            before_id=page["cursor"],
            limit=page["limit"] + 1,
        )
    items = [
        {
            "id": one.id,
            "person": one.person_id,
            "name": one.name,
            "given_names": one.given_names,
            "family_names": one.family_names,
            "institution": one.institution_id,
            "institution_name": pick_text(one.institution, current_language()),
            "member_type": one.member_type,
            "started_on": one.started_on,
            "ended_on": one.ended_on,
            "enrolments": one.enrolments,
        }
        for one in found
    ]
    return cut_page(items, page["limit"], key="id")


@api.get("/institutions/<int:institution_id>/credentials")
@api.doc(operationId="listInstitutionCredentials")
@api.arguments(PageRequest, location="query")
@api.response(200, InstitutionCredentialList)
def list_credentials(page: dict[str, Any], institution_id: int) -> dict[str, Any]:
    """List the credentials of those who were members at the time, in the institution or below it; the newest first."""
    with reading() as session:
        found = queries.list_institution_credentials(
            session,
            current_actor(),
            institution_id,
            before_id=page["cursor"],
            limit=page["limit"] + 1,
        )
    today = clock.now().date()
    items = [
        {
            "id": view.id,
            "number": view.number,
            "code": view.printed_code,
            "kind": view.kind,
            "holder": view.holder,
            "module": view.module_slug,
            "title": pick_text(view.module_title, current_language()),
            "completed_on": view.completed_on,
            "issued_at": view.issued_at,
            "expires_on": view.expires_on,
            "state": view.state_on(today),
            "languages": [document.language for document in view.documents],
        }
        for view in found
    ]
    return cut_page(items, page["limit"], key="id")


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
