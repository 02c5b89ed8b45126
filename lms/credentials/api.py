"""Credentials by the API."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import queries
from lms.credentials.domain import read_code
from lms.credentials.errors import NoSuchCode
from lms.credentials.schemas import (
    BeingMade,
    CredentialList,
    DocumentRequest,
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
        "files": [
            {"language": document.language, "sha256": document.sha256}
            for document in view.documents
        ],
    }
