"""Downloads of certificates: asked for, cancelled, and removed when their time is over."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import accounts, jobs
from lms.core.permissions import SYSTEM, Actor
from lms.core.storage import storage
from lms.credentials.domain import NamesErased
from lms.officers.domain.bundles import (
    DAYS_KEPT,
    MOST_AT_ONCE,
    SECONDS_OF_ONE_CLICK,
    BundleChoice,
)
from lms.officers.errors import NothingToBundle, PeriodEndsBeforeItsStart, TooManyBundles
from lms.officers.models import Bundle
from lms.officers.queries import bundles as queries
from lms.officers.queries.bundles import BundleView
from lms.officers.queries.credentials import get_place, has_credentials

MAKE_BUNDLE = "officers.make_bundle"
# Where the files of downloads lie; each has a folder below, named by its id.
FOLDER = "bundles"
# What a person can do about it: try again when one is likely done.
SECONDS_UNTIL_DONE = 60


def folder_of(bundle_id: int) -> str:
    """Return where in storage a download's files lie, its parts too."""
    return f"{FOLDER}/{bundle_id}"


def create_bundle(
    session: Session,
    actor: Actor,
    institution_id: int,
    choice: BundleChoice,
    *,
    language: str,
    now: datetime,
) -> BundleView:
    """Ask for the chosen certificates as one file, with its lists in `language`, and return the download.

    The same choice within a minute is a second click, and returns the first. The person's row stays locked until the
    caller's work ends, and the job's key counts the person's downloads: so two clicks at once make one. Raises
    `NothingToBundle`, `NoSuchBranch`, `PeriodEndsBeforeItsStart`, `TooManyBundles`, `NotFound` or `SignInRequired`.
    """
    place = get_place(session, actor, institution_id)
    owner_id = actor.require_person()
    if choice.since and choice.until and choice.until < choice.since:
        raise PeriodEndsBeforeItsStart
    if not has_credentials(session, place, choice):
        raise NothingToBundle
    accounts.lock_account(session, owner_id)
    since = now - timedelta(seconds=SECONDS_OF_ONE_CLICK)
    same = queries.find_same(session, actor, institution_id, choice, since=since)
    if same is not None:
        return same
    if len(queries.list_running(session, actor)) >= MOST_AT_ONCE:
        raise TooManyBundles(SECONDS_UNTIL_DONE, most=MOST_AT_ONCE)
    count = queries.count_bundles(session, owner_id)
    bundle = Bundle(
        owner_id=owner_id, institution_id=institution_id, choice=choice.to_json(), asked_at=now
    )
    session.add(bundle)
    session.flush()
    bundle.job_id = jobs.enqueue(
        session,
        MAKE_BUNDLE,
        {"bundle_id": bundle.id, "language": language},
        owner_id=owner_id,
        subject=f"institution {institution_id}",
        now=now,
        key=f"bundle-{owner_id}-{count + 1}",
    )
    session.flush()
    return queries.get_by_id(session, bundle.id)


def cancel_bundle(session: Session, actor: Actor, institution_id: int, bundle_id: int) -> None:
    """Let the download not be made; what there is of it is soon removed.

    Raises `jobs.JobHasEnded`, `NotFound` or `SignInRequired`.
    """
    _place, bundle, _job = queries.get_bundle(session, actor, institution_id, bundle_id)
    jobs.cancel_job(session, actor, bundle.job_id)


def remove_old_bundles(session: Session, *, now: datetime) -> int:
    """Remove the files of what was cancelled, failed or is a week old, and return of how many downloads.

    For the sweep: no actor. A step that ran while its job was cancelled may leave a part later: what lies in the
    folder of a removed download goes, too. Folders are listed first, since a new one is begun after its row is there.
    """
    names = storage().list_names(FOLDER)
    rows = session.execute(
        select(Bundle.id, Bundle.job_id, Bundle.asked_at).where(Bundle.removed_at.is_(None))
    ).all()
    states = jobs.list_states(session, SYSTEM, [row.job_id for row in rows])
    oldest = now - timedelta(days=DAYS_KEPT)
    kept, gone = set(), []
    for row in rows:
        state = states.get(row.job_id)
        is_over = state is jobs.JobState.DONE and row.asked_at <= oldest
        if is_over or state in {None, jobs.JobState.CANCELLED, jobs.JobState.FAILED}:
            gone.append(row.id)
        else:
            kept.add(str(row.id))
    for name in names:
        if name not in kept:
            storage().remove_tree(f"{FOLDER}/{name}")
    session.execute(update(Bundle).where(Bundle.id.in_(gone)).values(removed_at=now))
    return len(gone)


def let_go_of_names(session: Session, event: NamesErased, now: datetime) -> None:
    """End every download that is kept or being made, as it may hold a file of somebody whose name was erased.

    Hears `NamesErased`. Whose files a download holds is kept nowhere, erasing is rare, and who needs a download again
    asks for it. The next sweep removes the files.
    """
    rows = session.execute(
        select(Bundle.id, Bundle.job_id).where(Bundle.removed_at.is_(None))
    ).all()
    states = jobs.list_states(session, SYSTEM, [row.job_id for row in rows])
    for row in rows:
        if states.get(row.job_id) in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
            with suppress(jobs.JobHasEnded):
                jobs.cancel_job(session, SYSTEM, row.job_id)
    session.execute(
        update(Bundle).where(Bundle.id.in_([row.id for row in rows])).values(removed_at=now)
    )
