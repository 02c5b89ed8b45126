"""Members, certificates and downloads of an institution."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.officers import queries
from lms.officers.schemas import InstitutionCredentialList, MemberList
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
