"""Lists of people: kept for a look, applied once, or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms import accounts
from lms.core.permissions import Actor
from lms.officers import queries
from lms.officers.models import Upload

# A list of people is personal data: it is kept for a look, and no longer.
KEEP_UPLOADS = timedelta(days=1)
LONGEST_FILENAME = 250


def keep_upload(
    session: Session,
    actor: Actor,
    institution_id: int,
    filename: str,
    content: bytes,
    *,
    now: datetime,
) -> int:
    """Keep a list that can be read, and return its id; raises what `accounts.read_people_list` refuses."""
    accounts.get_managed(session, actor, institution_id)
    accounts.read_people_list(content, today=now.date())
    upload = Upload(
        owner_id=actor.require_person(),
        institution_id=institution_id,
        filename=filename[-LONGEST_FILENAME:],
        content=content,
        uploaded_at=now,
    )
    session.add(upload)
    session.flush()
    return upload.id


def apply_upload(
    session: Session,
    actor: Actor,
    institution_id: int,
    upload_id: int,
    choices: Mapping[int, str],
    *,
    now: datetime,
) -> accounts.BroughtIn:
    """Bring in the people of a list, all at once, and delete the list. Raises `NoSuchUpload` or `PeopleChanged`."""
    upload = queries.lock_upload(session, actor, institution_id, upload_id)
    people = accounts.read_people_list(upload.content, today=now.date())
    done = accounts.bring_in_people(session, actor, institution_id, people.lines, choices, now=now)
    session.delete(upload)
    return done


def remove_upload(session: Session, actor: Actor, institution_id: int, upload_id: int) -> None:
    """Delete a list that was not applied."""
    session.delete(queries.lock_upload(session, actor, institution_id, upload_id))


def purge_uploads(session: Session, *, now: datetime) -> int:
    """Delete the lists that have waited for a day; return how many. For the sweep: it asks for no actor."""
    old = delete(Upload).where(Upload.uploaded_at < now - KEEP_UPLOADS)
    return len(session.scalars(old.returning(Upload.id)).all())
