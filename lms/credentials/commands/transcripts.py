"""Asking for a transcript as a document."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms import jobs
from lms.core.permissions import Actor

MAKE_TRANSCRIPT = "credentials.make_transcript"


def ask_for_transcript(session: Session, actor: Actor, *, language: str, now: datetime) -> str:
    """Ask for the actor's own transcript as of today, and return the job; two clicks within a minute are one."""
    person_id = actor.require_person()
    return jobs.enqueue(
        session,
        MAKE_TRANSCRIPT,
        {"person_id": person_id, "language": language},
        owner_id=person_id,
        subject=language,
        key=f"transcript-{person_id}-{language}-{now:%Y-%m-%dT%H:%M}",
        now=now,
    )
