"""The certificates of an institution and of all below it, each for whom it belonged to on its day of issue."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from lms import accounts, credentials, institutions
from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.permissions import Actor
from lms.credentials.domain import CredentialKind, CredentialState, group_code, judge_state
from lms.officers import policy
from lms.officers.domain.bundles import BundleChoice
from lms.officers.errors import NoSuchBranch

OWNED = credentials.institution_credentials.c
NAMES = accounts.person_names.c
PATHS = institutions.institution_paths.c
DOCUMENTS = credentials.credential_documents.c

# What is withdrawn, replaced or erased stays in the registry, and is not handed out any more.
HANDED_OUT = frozenset({CredentialState.VALID, CredentialState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Place:
    """An institution whose certificates the actor may read."""

    id: int
    path: str
    name: Texts


@dataclass(frozen=True, slots=True)
class RegistryLine:
    """A certificate in the registry. `holder` is None once erased; `state` is that of the day asked for."""

    credential_id: int
    number: str
    code: str
    kind: CredentialKind
    module_slug: str
    module_title: Texts
    edition_key: str
    minutes: int
    languages: tuple[str, ...]
    is_specimen: bool
    completed_on: date
    issued_at: datetime
    expires_on: date | None
    holder: str | None
    given_names: str
    family_names: str
    newer_number: str | None
    institution_id: int
    institution_name: Texts
    state: CredentialState

    @property
    def printed_code(self) -> str:
        """The code in groups."""
        return group_code(self.code)

    @property
    def is_handed_out(self) -> bool:
        """Whether its files are part of downloads."""
        return self.state in HANDED_OUT


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of a certificate, as it was recorded."""

    credential_id: int
    language: str
    sha256: str
    storage_key: str


@dataclass(frozen=True, slots=True)
class CredentialCount:
    """How many certificates of one kind there are in a module, and of how many people."""

    module_slug: str
    module_title: Texts
    kind: CredentialKind
    count: int
    people: int


@dataclass(frozen=True, slots=True)
class ChoiceLists:
    """What can be chosen among: only what an institution has certificates of."""

    modules: tuple[tuple[str, Texts], ...]
    edition_keys: tuple[str, ...]
    branches: tuple[tuple[int, Texts], ...]


def get_place(session: Session, actor: Actor, institution_id: int) -> Place:
    """Return the institution if the actor may read its certificates. Raises `NotFound` or `SignInRequired`."""
    actor.require_somebody()
    place = get_place_by_id(session, institution_id)
    if not policy.may_read_credentials(actor, institutions.list_scopes(place.path)):
        raise NotFound
    return place


def get_place_by_id(session: Session, institution_id: int) -> Place:
    """Return the institution; for this room's tasks, which have no actor. Raises `NotFound`."""
    row = session.execute(
        select(PATHS.institution_id, PATHS.path, PATHS.name).where(
            PATHS.institution_id == institution_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(*row)


def list_registry(
    session: Session, place: Place, choice: BundleChoice, *, day: date
) -> list[RegistryLine]:
    """Return the chosen certificates, by branch and name, with their state on `day`. Raises `NoSuchBranch`.

    Who has a `Place` has asked whether it may be read.
    """
    rows = session.execute(
        _lines()
        .where(*_chosen(session, place, choice))
        .order_by(
            OWNED.institution_path, NAMES.family_names, NAMES.given_names, OWNED.credential_id
        )
    )
    return [_line(row, day) for row in rows]


def list_lines(session: Session, ids: Collection[int], *, day: date) -> list[RegistryLine]:
    """Return these certificates, in the order of `ids`. For this room's tasks, which have no actor."""
    rows = session.execute(_lines().where(OWNED.credential_id.in_(ids)))
    found = {row.credential_id: _line(row, day) for row in rows}
    return [found[id] for id in ids if id in found]


def list_files(
    session: Session, ids: Collection[int], languages: Collection[str]
) -> dict[int, list[StoredFile]]:
    """Return the stored files of these certificates by language; of all languages if none is named. For tasks."""
    query = select(
        DOCUMENTS.credential_id, DOCUMENTS.language, DOCUMENTS.sha256, DOCUMENTS.storage_key
    ).where(DOCUMENTS.credential_id.in_(ids))
    if languages:
        query = query.where(DOCUMENTS.language.in_(languages))
    found: dict[int, list[StoredFile]] = {}
    for row in session.execute(query.order_by(DOCUMENTS.credential_id, DOCUMENTS.language)):
        found.setdefault(row.credential_id, []).append(StoredFile(*row))
    return found


def count_credentials(
    session: Session, place: Place, choice: BundleChoice
) -> list[CredentialCount]:
    """Return how many certificates and people there are by module and kind; two queries.

    What was replaced is not counted beside what replaces it. Raises `NoSuchBranch`.
    """
    rows = session.execute(
        select(
            OWNED.module_slug,
            OWNED.kind,
            func.max(OWNED.credential_id).label("newest_id"),
            func.count().label("many"),
            func.count(OWNED.person_id.distinct()).label("people"),
        )
        .where(*_chosen(session, place, choice), OWNED.newer_number.is_(None))
        .group_by(OWNED.module_slug, OWNED.kind)
        .order_by(OWNED.module_slug, OWNED.kind)
    ).all()
    titles = _titles(session, [row.newest_id for row in rows])
    return [
        CredentialCount(
            row.module_slug, titles[row.newest_id], CredentialKind(row.kind), row.many, row.people
        )
        for row in rows
    ]


def has_credentials(session: Session, place: Place, choice: BundleChoice) -> bool:
    """Say whether any certificate is chosen that can be handed out today. Raises `NoSuchBranch`."""
    return (
        session.scalar(
            select(OWNED.credential_id)
            .where(
                *_chosen(session, place, choice),
                OWNED.newer_number.is_(None),
                OWNED.revoked_at.is_(None),
                OWNED.holder.is_not(None),
            )
            .limit(1)
        )
        is not None
    )


def list_choices(session: Session, place: Place) -> ChoiceLists:
    """Return what can be chosen among in an institution and all below it; three queries."""
    here = OWNED.institution_path.startswith(place.path)
    rows = session.execute(
        select(OWNED.module_slug, func.max(OWNED.credential_id))
        .where(here)
        .group_by(OWNED.module_slug)
        .order_by(OWNED.module_slug)
    ).all()
    titles = _titles(session, [newest_id for _slug, newest_id in rows])
    places = session.execute(
        select(OWNED.institution_id, OWNED.edition_key, PATHS.name, PATHS.path)
        .join(institutions.institution_paths, PATHS.institution_id == OWNED.institution_id)
        .where(here)
        .distinct()
        .order_by(PATHS.path)
    ).all()
    return ChoiceLists(
        tuple((slug, titles[newest_id]) for slug, newest_id in rows),
        tuple(sorted({row.edition_key for row in places})),
        tuple({row.institution_id: row.name for row in places}.items()),
    )


def _lines() -> Select[Any]:
    return select(
        OWNED.credential_id,
        OWNED.number,
        OWNED.code,
        OWNED.kind,
        OWNED.module_slug,
        OWNED.module_title,
        OWNED.edition_key,
        OWNED.minutes,
        OWNED.languages,
        OWNED.is_specimen,
        OWNED.completed_on,
        OWNED.issued_at,
        OWNED.expires_on,
        OWNED.holder,
        OWNED.newer_number,
        OWNED.revoked_at,
        OWNED.institution_id,
        OWNED.institution_name,
        NAMES.given_names,
        NAMES.family_names,
    ).join(accounts.person_names, NAMES.person_id == OWNED.person_id)


def _line(row: Row[Any], day: date) -> RegistryLine:
    return RegistryLine(
        credential_id=row.credential_id,
        number=row.number,
        code=row.code,
        kind=CredentialKind(row.kind),
        module_slug=row.module_slug,
        module_title=row.module_title,
        edition_key=row.edition_key,
        minutes=row.minutes,
        languages=tuple(row.languages),
        is_specimen=row.is_specimen,
        completed_on=row.completed_on,
        issued_at=row.issued_at,
        expires_on=row.expires_on,
        holder=row.holder,
        given_names=row.given_names,
        family_names=row.family_names,
        newer_number=row.newer_number,
        institution_id=row.institution_id,
        institution_name=row.institution_name,
        state=judge_state(
            has_name=row.holder is not None,
            is_revoked=row.revoked_at is not None,
            is_newest=row.newer_number is None,
            is_expired=row.expires_on is not None and day > row.expires_on,
        ),
    )


def _titles(session: Session, ids: Collection[int]) -> dict[int, Texts]:
    rows = session.execute(
        select(OWNED.credential_id, OWNED.module_title).where(OWNED.credential_id.in_(ids))
    )
    return {row.credential_id: row.module_title for row in rows}


def _chosen(session: Session, place: Place, choice: BundleChoice) -> list[ColumnElement[bool]]:
    conditions = [OWNED.institution_path.startswith(_choose_path(session, place, choice))]
    if choice.module_slug:
        conditions.append(OWNED.module_slug == choice.module_slug)
    if choice.edition_key:
        conditions.append(OWNED.edition_key == choice.edition_key)
    if choice.since is not None:
        conditions.append(OWNED.issued_at >= _midnight(choice.since))
    if choice.until is not None and choice.until < date.max:
        conditions.append(OWNED.issued_at < _midnight(choice.until + timedelta(days=1)))
    if choice.kinds:
        conditions.append(OWNED.kind.in_(choice.kinds))
    return conditions


def _choose_path(session: Session, place: Place, choice: BundleChoice) -> str:
    if choice.branch_id is None or choice.branch_id == place.id:
        return place.path
    path: str | None = session.scalar(
        select(PATHS.path).where(PATHS.institution_id == choice.branch_id)
    )
    if path is None or not path.startswith(place.path):
        raise NoSuchBranch
    return path


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
