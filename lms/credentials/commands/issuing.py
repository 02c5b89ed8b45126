"""Issuing: the facts are frozen, and the documents asked for."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms import accounts, catalogue, institutions
from lms.core.i18n import INTERFACE_LANGUAGES
from lms.credentials.commands.documents import enqueue_documents
from lms.credentials.domain import CredentialKind, commit_to_name, draw_code, write_number
from lms.credentials.models import Credential, Holder
from lms.learning.domain import COMPLETION_RULES_VERSION, ModuleCompleted


def issue_on_completion(session: Session, event: ModuleCompleted, now: datetime) -> None:
    """Freeze a credential with the facts as they are, and ask for its documents, all in the caller's transaction.

    Hears `ModuleCompleted`. Waits while the name is not confirmed; a second call for the enrolment changes nothing.
    """
    holder = accounts.find_holder(session, event.person_id, at=event.completed_at)
    if holder is None or _has_credential(session, event.enrolment_id):
        return
    outline = catalogue.get_outline(session, event.module_id)
    config = current_app.extensions["config"]
    institution = None
    if event.institution_id is not None and event.institution_id in holder.institution_ids:
        institution = institutions.get_institution(session, event.institution_id).name
    chance = secrets.SystemRandom()
    salt = secrets.token_hex(16)
    credential = Credential(
        enrolment_id=event.enrolment_id,
        kind=CredentialKind.COMPLETION,
        sequence=1,
        number=_take_number(session, now.year),
        code=draw_code(chance),
        module_slug=outline.slug,
        module_title=dict(outline.title),
        programme_title=dict(outline.programme_title),
        minutes=outline.minutes,
        score=event.score,
        languages=[code for code in INTERFACE_LANGUAGES if code in outline.title],
        institution_name=institution,
        issuer=config.issuer,
        is_specimen=config.demo,
        rules_version=COMPLETION_RULES_VERSION,
        completed_on=event.completed_at.date(),
        issued_at=now,
        signatories=[dict(signatory) for signatory in outline.signatories],
        logos=[dict(logo) for logo in outline.logos],
        name_commitment=commit_to_name(salt, holder.printed_name),
    )
    session.add(credential)
    session.flush()
    session.add(
        Holder(
            credential_id=credential.id,
            person_id=event.person_id,
            printed_name=holder.printed_name,
            salt=salt,
        )
    )
    enqueue_documents(session, credential, event.person_id, now=now)


def _has_credential(session: Session, enrolment_id: int) -> bool:
    known = select(Credential.id).where(
        Credential.enrolment_id == enrolment_id, Credential.kind == CredentialKind.COMPLETION
    )
    return session.scalar(known) is not None


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
