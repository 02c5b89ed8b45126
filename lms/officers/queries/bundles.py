"""Downloads of certificates: whose they are, and how far they have come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms import institutions, jobs
from lms.core.permissions import Actor, Scope
from lms.officers import policy
from lms.officers.domain.bundles import BundleChoice
from lms.officers.errors import NoSuchBundle
from lms.officers.models import Bundle
from lms.officers.queries.credentials import Place, get_place

# What the page of an institution lists.
MOST_LISTED = 20
UNFINISHED = frozenset({jobs.JobState.WAITING, jobs.JobState.RUNNING})


@dataclass(frozen=True, slots=True)
class BundleView:
    """A download that somebody asked for."""

    id: int
    institution_id: int
    owner_id: int | None
    job_id: str
    choice: BundleChoice
    asked_at: datetime
    removed_at: datetime | None


def get_bundle(
    session: Session, actor: Actor, institution_id: int, bundle_id: int
) -> tuple[Place, BundleView, jobs.JobView]:
    """Return a download of the actor's own with its job. Raises `NotFound` or `SignInRequired`."""
    place = get_place(session, actor, institution_id)
    row = session.execute(
        _bundles().where(Bundle.id == bundle_id, Bundle.institution_id == place.id)
    ).one_or_none()
    if row is None or not policy.may_read_bundle(actor, row.owner_id, _scopes(place)):
        raise NoSuchBundle
    bundle = _view(row)
    return place, bundle, jobs.get_job(session, actor, bundle.job_id)


def list_bundles(
    session: Session, actor: Actor, place: Place
) -> list[tuple[BundleView, jobs.JobState]]:
    """Return the actor's own newest downloads of an institution, the newest first; two queries."""
    rows = session.execute(
        _bundles()
        .where(Bundle.institution_id == place.id, Bundle.owner_id == actor.person_id)
        .order_by(Bundle.id.desc())
        .limit(MOST_LISTED)
    )
    found = [_view(row) for row in rows]
    states = jobs.list_states(session, actor, [bundle.job_id for bundle in found])
    return [(bundle, states[bundle.job_id]) for bundle in found if bundle.job_id in states]


def check_fetch(session: Session, actor: Actor, job_id: str) -> None:
    """Raise `NotFound` unless the actor may have the file that the job made, now and not only when it was asked for."""
    row = session.execute(_bundles().where(Bundle.job_id == job_id)).one_or_none()
    if row is None:
        raise NoSuchBundle
    place = get_place(session, actor, row.institution_id)
    if not policy.may_read_bundle(actor, row.owner_id, _scopes(place)):
        raise NoSuchBundle
    if row.removed_at is not None:
        raise jobs.NoFile


def list_running(session: Session, actor: Actor) -> list[BundleView]:
    """Return the actor's own downloads that wait or are being made; two queries."""
    rows = session.execute(
        _bundles().where(Bundle.owner_id == actor.person_id, Bundle.removed_at.is_(None))
    )
    found = [_view(row) for row in rows]
    states = jobs.list_states(session, actor, [bundle.job_id for bundle in found])
    return [bundle for bundle in found if states.get(bundle.job_id) in UNFINISHED]


def find_same(
    session: Session, actor: Actor, institution_id: int, choice: BundleChoice, *, since: datetime
) -> BundleView | None:
    """Return the actor's newest download of that choice that was asked for since then, and not removed."""
    rows = session.execute(
        _bundles()
        .where(
            Bundle.owner_id == actor.person_id,
            Bundle.institution_id == institution_id,
            Bundle.asked_at > since,
            Bundle.removed_at.is_(None),
        )
        .order_by(Bundle.id.desc())
    )
    found = [_view(row) for row in rows]
    states = jobs.list_states(session, actor, [bundle.job_id for bundle in found])
    cancelled = {id for id, state in states.items() if state is jobs.JobState.CANCELLED}
    return next(
        (one for one in found if one.choice == choice and one.job_id not in cancelled), None
    )


def count_bundles(session: Session, person_id: int) -> int:
    """Return how many downloads a person ever asked for. For commands alone: it asks for no actor."""
    query = select(func.count()).select_from(Bundle).where(Bundle.owner_id == person_id)
    return session.execute(query).scalar_one()


def get_by_id(session: Session, bundle_id: int) -> BundleView:
    """Return a download by its id; for this room's tasks, which have no actor. Raises `NoSuchBundle`."""
    row = session.execute(_bundles().where(Bundle.id == bundle_id)).one_or_none()
    if row is None:
        raise NoSuchBundle
    return _view(row)


def _scopes(place: Place) -> list[Scope]:
    return institutions.list_scopes(place.path)


def _bundles() -> Select[Any]:
    return select(
        Bundle.id,
        Bundle.institution_id,
        Bundle.owner_id,
        Bundle.job_id,
        Bundle.choice,
        Bundle.asked_at,
        Bundle.removed_at,
    )


def _view(row: Row[Any]) -> BundleView:
    return BundleView(
        row.id,
        row.institution_id,
        row.owner_id,
        row.job_id,
        BundleChoice.from_json(row.choice),
        row.asked_at,
        row.removed_at,
    )
