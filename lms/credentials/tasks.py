"""The job that makes a credential's documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_babel import force_locale

from lms import catalogue, jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.queries import CredentialView
from lms.web import absolute_url


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
    """Make one document unless it is there, and return its SHA-256; doing it twice makes one."""
    # xhtml2pdf and reportlab are heavy, and only workers need them.
    from lms.credentials.pdf import render_certificate

    with reading() as session:
        view = queries.find_by_id(session, credential_id)
        logos = view.logos if view else ()
        pictures = catalogue.list_logos(session, [logo["sha256"] for logo in logos])
    if view is None or view.holder is None:
        return ""
    if existing := view.find_document(language):
        return existing.sha256
    with force_locale(language):
        content = render_certificate(describe(view, language, pictures))
    sha256 = hashlib.sha256(content).hexdigest()
    # The hash in the key keeps a second worker's file from replacing the one that was recorded.
    key = f"credentials/{view.issued_at.year}/{view.number}.{language}.{sha256[:16]}.pdf"
    storage().write(key, content)
    with unit_of_work() as session:
        document = commands.keep_document(
            session, credential_id, language, content, key, now=clock.now()
        )
    if document.storage_key != key:
        # Another worker was faster, with other bytes.
        storage().remove(key)
    return document.sha256


def describe(
    view: CredentialView, language: str, pictures: Mapping[str, catalogue.MediaFile]
) -> Any:
    """Return what is printed of a credential in one language; `pictures` are its logos under their hashes."""
    from lms.credentials.pdf import Certificate, Logo, Signatory

    assert view.holder is not None
    verify_url = absolute_url("credentials.verify", code=view.printed_code)
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
        verify_url=verify_url,
        qr_content=verify_url,
        specimen=view.is_specimen,
    )
