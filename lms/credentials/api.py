"""Credentials by the API."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from lms.accounts import PersonName, get_certificate_name
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.domain import read_code
from lms.credentials.errors import NoSuchCode
from lms.credentials.queries import CredentialView
from lms.credentials.schemas import (
    BeingMade,
    CertificateNameReply,
    CredentialList,
    DocumentRequest,
    NameReply,
    NameRequest,
    ParticipationReply,
    VerificationReply,
)
from lms.web import current_actor, current_language, send_download
from lms.web.paging import PageRequest, cut_page

api = Blueprint("credentials_api", __name__, description="Certificates.")


@api.get("/credentials")
@api.doc(operationId="listCredentials")
@api.arguments(PageRequest, location="query")
@api.response(200, CredentialList)
def list_credentials(page: dict[str, Any]) -> dict[str, Any]:
    """List one's own credentials, the newest first."""
    with reading() as session:
        found = queries.list_credentials(
            session, current_actor(), before_id=page["cursor"], limit=page["limit"] + 1
        )
    items = [
        {
            "id": view.id,
            "number": view.number,
            "code": view.printed_code,
            "kind": view.kind,
            "module": view.module_slug,
            "title": pick_text(view.module_title, current_language()),
            "issued_at": view.issued_at,
            "state": view.state_on(clock.now().date()),
            "superseded_by": view.superseded_by,
            "expires_on": view.expires_on,
            "languages": [document.language for document in view.documents],
            "specimen": view.is_specimen,
        }
        for view in found
    ]
    return cut_page(items, page["limit"], key="id")


@api.get("/credentials/<number>.pdf")
@api.doc(
    operationId="downloadCredential",
    responses={200: {"description": "The document.", "content": {"application/pdf": {}}}},
)
@api.arguments(DocumentRequest, location="query")
@api.alt_response(202, schema=BeingMade, description="The document is being made.")
def download_credential(wanted: dict[str, Any], number: str) -> ResponseReturnValue:
    """Send a certificate's document in one language."""
    with reading() as session:
        view = queries.get_credential(session, current_actor(), number)
    view.require_file()
    language = view.choose_language(wanted["language"], current_language())
    document = view.find_document(language)
    if document is not None:
        content = storage().read(document.storage_key)
        return send_download(content, document.filename, "application/pdf")
    headers = {}
    if view.job_id:
        headers["Location"] = url_for("jobs.get_job", job_id=view.job_id)
    return {"job": view.job_id}, 202, headers


@api.get("/verify/<code>")
@api.doc(operationId="verifyCredential", security=[])
@api.response(200, VerificationReply)
def verify_credential(code: str) -> dict[str, Any]:
    """Say what the certificate with that code is worth; anybody may ask."""
    known = read_code(code)
    with reading() as session:
        view = queries.find_by_code(session, known) if known else None
    if view is None:
        raise NoSuchCode
    language = current_language()
    return {
        "state": view.state_on(clock.now().date()),
        "number": view.number,
        "kind": view.kind,
        "holder": view.holder,
        "module": pick_text(view.module_title, language),
        "programme": pick_text(view.programme_title, language),
        "hours": round(view.minutes / 60, 2),
        "date": view.completed_on,
        "issued_at": view.issued_at,
        "institution": pick_text(view.institution_name or {}, language) or None,
        "issuer": view.issuer,
        "specimen": view.is_specimen,
        "expires_on": view.expires_on,
        **tell_what_became(view),
        "files": [
            {"language": document.language, "sha256": document.sha256}
            for document in view.documents
        ],
    }


def tell_what_became(view: CredentialView) -> dict[str, Any]:
    """Return what the API says of a withdrawal and of a newer credential; nothing of an erased one."""
    is_erased = view.holder is None
    revocation = None if is_erased else view.revocation
    reason = revocation.reason if revocation else view.supersession_reason
    return {
        "superseded_by": None if is_erased else view.superseded_by,
        "superseded_by_code": None if is_erased else view.successor_code,
        "superseded_at": None if is_erased else view.superseded_at,
        "revoked_at": revocation.revoked_at if revocation else None,
        "reason": None if is_erased else reason,
    }


@api.get("/me/certificate-name")
@api.doc(operationId="getCertificateName")
@api.response(200, CertificateNameReply)
def show_certificate_name() -> dict[str, Any]:
    """Tell how one's certificates read, and what waits for that to be confirmed."""
    actor = current_actor()
    with reading() as session:
        known = get_certificate_name(session, actor)
        numbers = queries.list_numbers(session, actor.require_person())
        waiting = queries.list_waiting(session, actor)
    return {
        "given_names": known.name.given_names,
        "family_names": known.name.family_names,
        "name_order": known.name.order,
        "family_in_capitals": known.in_capitals,
        "printed_name": known.printed_name,
        "may_change": not numbers,
        "waiting": [completion.enrolment_id for completion in waiting],
    }


@api.put("/me/certificate-name")
@api.doc(operationId="confirmName")
@api.arguments(NameRequest)
@api.response(200, NameReply)
def confirm_name(wanted: dict[str, Any]) -> commands.Confirmed:
    """Confirm how one's certificates read; those that waited for it are issued."""
    name = PersonName(wanted["given_names"], wanted["family_names"], wanted["name_order"])
    with unit_of_work() as session:
        return commands.confirm_own_name(
            session,
            current_actor(),
            name,
            in_capitals=wanted["family_in_capitals"],
            now=clock.now(),
        )


@api.post("/enrolments/<int:enrolment_id>/participation")
@api.doc(operationId="claimParticipation")
@api.response(201, ParticipationReply)
@api.alt_response(200, schema=ParticipationReply, description="The one that was issued before.")
def claim_participation(enrolment_id: int) -> tuple[commands.Claimed, int]:
    """Ask for a certificate of participation."""
    with unit_of_work() as session:
        claimed = commands.claim_participation(
            session, current_actor(), enrolment_id, now=clock.now()
        )
    return claimed, 201 if claimed.is_new else 200
