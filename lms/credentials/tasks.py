"""The jobs that make a credential's documents and a person's transcript, and the sweeps that mend and tidy."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from lms import catalogue, jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.core.permissions import Actor
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.domain import (
    CodePayload,
    KeyUse,
    SignedPayload,
    write_fragment,
    write_message,
)
from lms.credentials.queries import CredentialView, TranscriptView
from lms.web import absolute_url

# More than that wait for the next sweep.
MOST_AT_ONCE = 200
# For how many days a transcript can be fetched; it is made anew when it is asked for again.
KEEP_TRANSCRIPTS = timedelta(days=7)
TRANSCRIPTS = "transcripts"


@jobs.task(commands.MAKE_DOCUMENTS)
def make_documents(payload: dict[str, Any], progress: jobs.Progress) -> jobs.Json:
    """Make the PDF in each language, store it, and record its SHA-256; one step a language."""
    credential_id: int = payload["credential_id"]
    languages = progress.step("list languages", list_languages, credential_id)
    for count, language in enumerate(languages, start=1):
        progress.step(f"make {language}", make_document, credential_id, language)
        progress.report(count, len(languages))
    return {"languages": languages}


def list_languages(credential_id: int) -> list[str]:
    """Return the languages to make; none once the holder's name has been erased."""
    with reading() as session:
        view = queries.find_by_id(session, credential_id)
    return list(view.languages) if view and view.holder else []


def make_document(credential_id: int, language: str) -> str:
    """Make and sign one document unless it is there, and return its SHA-256; doing it twice makes one.

    Without a key that signs nothing is made: raises as `queries.get_signer` does.
    """
    # xhtml2pdf, reportlab and pyHanko are heavy, and only workers need them.
    from lms.credentials.pdf import render_certificate
    from lms.credentials.signing import sign_document

    make_demo_keys(clock.now())
    with reading() as session:
        view = queries.find_by_id(session, credential_id)
        if view is None or view.holder is None:
            return ""
        if existing := view.find_document(language):
            return existing.sha256
        signer = queries.get_signer(session, KeyUse.DOCUMENTS, now=clock.now())
        qr_content = write_qr_content(session, view, language, now=clock.now())
        pictures = catalogue.list_logos(session, [logo["sha256"] for logo in view.logos])
    with force_locale(language):
        page = render_certificate(describe(view, language, pictures, qr_content))
    content = sign_document(page, signer.private, signer.public)
    sha256 = hashlib.sha256(content).hexdigest()
    # The hash in the key keeps a second worker's file from replacing the one that was recorded.
    key = f"credentials/{view.issued_at.year}/{view.number}.{language}.{sha256[:16]}.pdf"
    storage().write(key, content)
    with unit_of_work() as session:
        document = commands.keep_document(
            session, credential_id, language, content, key, key_id=signer.key_id, now=clock.now()
        )
    if document.storage_key != key:
        # Another worker was faster, with other bytes.
        storage().remove(key)
    return document.sha256


def make_demo_keys(now: datetime) -> None:
    """In demo mode make the signing keys that are missing; elsewhere an operator does."""
    if not current_app.extensions["config"].demo:
        return
    with reading() as session:
        if not queries.list_uses_without_key(session, now=now):
            return
    with unit_of_work() as session:
        commands.make_missing_keys(session, now=now)


@jobs.sweep("credentials.retry_documents", every=120)
def retry_documents(now: datetime) -> int:
    """Ask again for documents that could not be made, at growing intervals, so that a full disk heals by itself."""
    with reading() as session:
        due = queries.list_retries(session, now=now, limit=MOST_AT_ONCE)
    count = 0
    for credential_id, job_id in due:
        with unit_of_work() as session:
            count += commands.retry_documents(session, credential_id, job_id, now=now)
    return count


def write_qr_content(
    session: Session, view: CredentialView, language: str, *, now: datetime
) -> str:
    """Return the address of the page that checks it, with what the document in `language` says signed behind it.

    Raises as `sign_code` does.
    """
    assert view.holder is not None
    payload = CodePayload(
        number=view.number,
        kind=view.kind,
        holder=view.holder,
        module_title=pick_text(view.module_title, language),
        minutes=view.minutes,
        completed_on=view.completed_on,
        expires_on=view.expires_on,
        institution=pick_text(view.institution_name or {}, language) or None,
        is_specimen=view.is_specimen,
    )
    key_id, signature = queries.sign_code(session, write_message(view.code, payload), now=now)
    fragment = write_fragment(SignedPayload(payload, key_id, signature))
    return f"{absolute_url('credentials.verify', code=view.printed_code)}#{fragment}"


def describe(
    view: CredentialView,
    language: str,
    pictures: Mapping[str, catalogue.MediaFile],
    qr_content: str,
) -> Any:
    """Return what is printed of a credential in one language; `pictures` are its logos under their hashes."""
    from lms.credentials.pdf import Certificate, Logo, Signatory

    assert view.holder is not None
    return Certificate(
        kind=view.kind,
        language=language,
        number=view.number,
        code=view.printed_code,
        holder=view.holder,
        module_title=pick_text(view.module_title, language),
        programme_title=pick_text(view.programme_title, language),
        minutes=view.minutes,
        score=None if view.score is None else Fraction(view.score),
        completed_on=view.completed_on,
        issued_on=view.issued_at.date(),
        expires_on=view.expires_on,
        institution=pick_text(view.institution_name, language) if view.institution_name else None,
        issuer=view.issuer,
        signatories=tuple(
            Signatory(signatory["name"], pick_text(signatory["title"], language))
            for signatory in view.signatories
        ),
        logos=tuple(
            Logo(
                pictures[logo["sha256"]].content,
                pictures[logo["sha256"]].media_type,
                pick_text(logo["alt"], language),
            )
            for logo in view.logos
        ),
        replaces=view.supersedes,
        # Modules give no accreditation yet.
        level=None,
        verify_url=absolute_url("credentials.verify", code=view.printed_code),
        qr_content=qr_content,
        specimen=view.is_specimen,
    )


@jobs.sweep("credentials.remove_erased_files", every=600)
def remove_erased_files(now: datetime) -> int:
    """Remove the files of those whose names were erased, where removing them at once failed."""
    with unit_of_work() as session:
        return commands.remove_erased_files(session, limit=MOST_AT_ONCE)


@jobs.task(commands.MAKE_TRANSCRIPT)
def make_transcript(payload: dict[str, Any], progress: jobs.Progress) -> jobs.Json:
    """Make a person's transcript as a PDF in one language, and keep it for a week."""
    return progress.step(
        "make transcript", make_transcript_file, payload["person_id"], payload["language"]
    )


def make_transcript_file(person_id: int, language: str) -> jobs.Json:
    """Make the file and return where it is; done twice it is there twice, and both go after a week."""
    from lms.credentials.pdf import render_transcript

    now = clock.now()
    with reading() as session:
        transcript = queries.get_transcript(
            session, Actor(person_id), language=language, as_of=now.date()
        )
    content = render_transcript(describe_transcript(transcript, language))
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"{TRANSCRIPTS}/{now:%Y-%m-%d}/{secrets.token_hex(16)}.pdf"
    storage().write(key, content)
    return {
        "file": {
            "key": key,
            "name": f"transcript-{now:%Y-%m-%d}-{language}.pdf",
            "media_type": "application/pdf",
            "sha256": sha256,
        }
    }


@jobs.sweep("credentials.remove_old_transcripts", every=3600)
def remove_old_transcripts(now: datetime) -> int:
    """Remove the transcripts of days that lie more than a week back."""
    oldest = f"{(now - KEEP_TRANSCRIPTS):%Y-%m-%d}"
    old = [day for day in storage().list_names(TRANSCRIPTS) if day < oldest]
    for day in old:
        storage().remove_tree(f"{TRANSCRIPTS}/{day}")
    return len(old)


def describe_transcript(transcript: TranscriptView, language: str) -> Any:
    """Return what is printed of a transcript in one language."""
    from lms.credentials.pdf import Transcript, TranscriptLine

    config = current_app.extensions["config"]
    return Transcript(
        language=language,
        holder=transcript.holder,
        as_of=transcript.as_of,
        issuer=config.issuer,
        specimen=config.demo,
        completed_count=transcript.completed,
        completed_minutes=transcript.minutes,
        lines=tuple(
            TranscriptLine(
                code=entry.enrolment.code,
                title=entry.enrolment.module_title,
                programme=entry.enrolment.programme,
                minutes=entry.enrolment.minutes,
                enrolled_on=entry.enrolment.enrolled_at.date(),
                completed_on=entry.enrolment.completed_at.date()
                if entry.enrolment.completed_at
                else None,
                score=Fraction(entry.credential.score)
                if entry.credential and entry.credential.score is not None
                else None,
                certificate=entry.credential.number if entry.credential else None,
                certificate_state=entry.credential.state_on(transcript.as_of)
                if entry.credential
                else None,
            )
            for entry in transcript.entries
        ),
    )
