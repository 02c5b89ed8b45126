"""Lists of people that wait to be applied: nobody but who uploaded one sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import PlannedLine
from lms.core.permissions import Actor
from lms.officers.errors import NoSuchUpload
from lms.officers.models import Upload


@dataclass(frozen=True, slots=True)
class WaitingUpload:
    """A list of the actor's that was not applied yet."""

    id: int
    filename: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """What applying a list would do now."""

    filename: str
    planned: tuple[PlannedLine, ...]
    unknown_headings: tuple[str, ...]


def _is_own(actor: Actor, institution_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Upload.owner_id == actor.require_person(),
        Upload.institution_id == institution_id,
    )


def list_waiting_uploads(
    session: Session, actor: Actor, institution_id: int
) -> list[WaitingUpload]:
    """Return the actor's lists for an institution, the newest first; the caller has asked `accounts.get_managed`."""
    rows = session.execute(
        select(Upload.id, Upload.filename, Upload.uploaded_at)
        .where(*_is_own(actor, institution_id))
        .order_by(Upload.uploaded_at.desc(), Upload.id.desc())
    )
    return [WaitingUpload(*row) for row in rows]


def get_preview(
    session: Session,
    actor: Actor,
    institution_id: int,
    upload_id: int,
    choices: Mapping[int, str],
    *,
    now: datetime,
) -> UploadPreview:
    """Return what a list would do, planned anew each time; raises `NoSuchUpload`."""
    upload = session.scalar(
        select(Upload).where(Upload.id == upload_id, *_is_own(actor, institution_id))
    )
    if upload is None:
        raise NoSuchUpload
    people = accounts.read_people_list(upload.content, today=now.date())
    planned = accounts.plan_people(
        session, actor, institution_id, people.lines, choices, today=now.date()
    )
    return UploadPreview(upload.filename, tuple(planned), people.unknown_headings)


def lock_upload(session: Session, actor: Actor, institution_id: int, upload_id: int) -> Upload:
    """Return a list of the actor's, locked until the caller's work ends: it is applied once. Raises `NoSuchUpload`."""
    accounts.get_managed(session, actor, institution_id)
    upload: Upload | None = session.scalar(
        select(Upload)
        .where(Upload.id == upload_id, *_is_own(actor, institution_id))
        .with_for_update()
    )
    if upload is None:
        raise NoSuchUpload
    return upload
