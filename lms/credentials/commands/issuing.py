"""Issuing: the facts are frozen once a name stands for them, and the documents asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions
from lms.catalogue.domain import Outline
from lms.core.db import Texts
from lms.core.i18n import INTERFACE_LANGUAGES
from lms.credentials import queries
from lms.credentials.commands.documents import enqueue_documents
from lms.credentials.domain import (
    CredentialKind,
    commit_to_name,
    draw_code,
    find_expiry,
    write_number,
)
from lms.credentials.models import Credential, Holder
from lms.learning.domain import COMPLETION_RULES_VERSION, ModuleCompleted


def issue_on_completion(session: Session, event: ModuleCompleted, now: datetime) -> None:
    """Freeze a credential with the facts as they were at completion, and ask for its documents.

    Hears `ModuleCompleted`, in its transaction. Waits while the name is not confirmed; a second call for the enrolment
    changes nothing.
    """
    holder = accounts.lock_holder(session, event.person_id, at=event.completed_at)
    kind = CredentialKind.COMPLETION
    if holder is None or queries.find_number(session, event.enrolment_id, kind) is not None:
        return
    outline = catalogue.get_outline_of_version(session, event.version_id)
    completed_on = event.completed_at.date()
    facts = {
        **describe_module(outline),
        "enrolment_id": event.enrolment_id,
        "kind": kind,
        "sequence": 1,
        "minutes": outline.minutes,
        "score": event.score,
        "institution_name": name_institution(session, event.institution_id, holder),
        "completed_on": completed_on,
        "expires_on": find_expiry(completed_on, outline.valid_months),
        "renews_id": queries.find_expiring_id(session, event.person_id, outline.slug),
    }
    freeze(session, facts, event.person_id, holder.printed_name, now=now)


def describe_module(outline: Outline) -> dict[str, Any]:
    """Return what a credential says of the module, and of those who issue it."""
    config = current_app.extensions["config"]
    return {
        "module_slug": outline.slug,
        "module_title": dict(outline.title),
        "programme_title": dict(outline.programme_title),
        "languages": [code for code in INTERFACE_LANGUAGES if code in outline.title],
        "issuer": config.issuer,
        "is_specimen": config.demo,
        "rules_version": COMPLETION_RULES_VERSION,
        "signatories": [dict(signatory) for signatory in outline.signatories],
        "logos": [dict(logo) for logo in outline.logos],
    }


def name_institution(
    session: Session, institution_id: int | None, holder: accounts.CertificateHolder
) -> Texts | None:
    """Return the name of the institution, if it had confirmed the holder; a mere claim is not printed."""
    if institution_id is None or institution_id not in holder.institution_ids:
        return None
    return institutions.get_institution(session, institution_id).name


def freeze(
    session: Session, facts: Mapping[str, Any], person_id: int, printed_name: str, *, now: datetime
) -> Credential:
    """Add a credential with these facts under the next number, its name apart, and ask for its documents."""
    salt = secrets.token_hex(16)
    credential = Credential(
        **facts,
        number=_take_number(session, now.year),
        code=draw_code(secrets.SystemRandom()),
        issued_at=now,
        name_commitment=commit_to_name(salt, printed_name),
    )
    session.add(credential)
    session.flush()
    session.add(
        Holder(
            credential_id=credential.id, person_id=person_id, printed_name=printed_name, salt=salt
        )
    )
    enqueue_documents(session, credential, person_id, now=now)
    session.flush()
    return credential


def _take_number(session: Session, year: int) -> str:
    """Take the year's next number; its row stays locked until the caller's work ends, so none is skipped."""
    count: int = session.execute(
        text(
            "INSERT INTO credentials_number (year, last) VALUES (:year, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = credentials_number.last + 1 RETURNING last"
        ),
        {"year": year},
    ).scalar_one()
    return write_number(year, count)
