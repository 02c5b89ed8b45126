"""The work list of those who answer requests, and the record of one credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms import accounts, catalogue, learning
from lms.accounts.domain import fold_name
from lms.core.db import Texts
from lms.core.errors import NotFound
from lms.core.permissions import SITE, Actor, Permission, ScopeKind
from lms.credentials import policy
from lms.credentials.domain import SupersessionReason
from lms.credentials.errors import NoSuchCredential
from lms.credentials.models import Correction, Credential, Holder, Revocation
from lms.credentials.queries.credentials import CredentialView, find_by_number

OWNERS = learning.enrolment_owners.c
MODULES = catalogue.module_facts.c
NAMES = accounts.person_names.c

# More are found by saying more of the name.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request that waits for an answer."""

    id: int
    number: str
    module_title: Texts
    printed_name: str
    wanted_name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class FoundCredential:
    """A credential that was looked for by the name on it."""

    number: str
    kind: str
    module_title: Texts
    printed_name: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request with all that was said; names are empty once erased."""

    id: int
    printed_name: str
    reason: str
    asked_at: datetime
    is_granted: bool | None
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """Another credential that this one has to do with."""

    number: str
    issued_at: datetime
    reason: SupersessionReason | None = None


@dataclass(frozen=True, slots=True)
class CredentialRecord:
    """A credential with all that became of it, for those who may correct or withdraw it."""

    view: CredentialView
    requests: tuple[RequestRecord, ...]
    # Why it was withdrawn, in the words for those who may withdraw, and by whom.
    revocation_note: str | None
    revoked_by: str | None
    supersedes: Link | None
    renews: Link | None
    is_own: bool
    may_answer: bool
    may_revoke: bool


def list_open_requests(session: Session, actor: Actor) -> list[OpenRequest]:
    """Return the requests that the actor may see, the oldest first; one query.

    Raises `SignInRequired`, or `NotFound` for who keeps no records anywhere.
    """
    _require_records(actor)
    rows = session.execute(
        _within(
            actor,
            select(
                Correction.id,
                Credential.number,
                Credential.module_title,
                Holder.printed_name,
                Correction.printed_name.label("wanted_name"),
                Correction.asked_at,
            )
            .join(Credential, Credential.id == Correction.credential_id)
            .join(Holder, Holder.credential_id == Credential.id)
            .where(Correction.answered_at.is_(None))
            .order_by(Correction.asked_at, Correction.id),
        )
    )
    return [OpenRequest(*row) for row in rows]


def search_credentials(session: Session, actor: Actor, name: str) -> list[FoundCredential]:
    """Return the credentials that the actor may see of people with all those words in their names; one query.

    The newest first, and one more than `MOST_FOUND` where there are more; none for a name without letters. Raises as
    `list_open_requests`.
    """
    _require_records(actor)
    words = fold_name(name).split()
    if not words:
        return []
    rows = session.execute(
        _within(
            actor,
            select(
                Credential.number,
                Credential.kind,
                Credential.module_title,
                Holder.printed_name,
                Credential.issued_at,
            )
            .join(Holder, Holder.credential_id == Credential.id)
            .join(accounts.person_names, NAMES.person_id == Holder.person_id)
            .where(and_(*(NAMES.folded_name.contains(word, autoescape=True) for word in words)))
            .order_by(Credential.id.desc())
            .limit(MOST_FOUND + 1),
        )
    )
    return [FoundCredential(*row) for row in rows]


def get_record(session: Session, actor: Actor, number: str) -> CredentialRecord:
    """Return a credential with its history; seven queries at most.

    Raises `SignInRequired`, or `NoSuchCredential` for who may neither correct nor withdraw it.
    """
    actor.require_somebody()
    view = find_by_number(session, number)
    if view is None:
        raise NoSuchCredential
    scopes = learning.get_facts(session, view.enrolment_id).scopes
    if not policy.may_read_record(actor, scopes):
        raise NoSuchCredential
    by = aliased(accounts.person_names)
    requests = session.execute(
        select(
            Correction.id,
            Correction.printed_name,
            Correction.reason,
            Correction.asked_at,
            Correction.is_granted,
            Correction.answer,
            Correction.answered_at,
            by.c.name,
        )
        .outerjoin(by, by.c.person_id == Correction.answered_by_id)
        .where(Correction.credential_id == view.id)
        .order_by(Correction.id.desc())
    )
    withdrawn = session.execute(
        select(Revocation.note, by.c.name)
        .outerjoin(by, by.c.person_id == Revocation.revoked_by_id)
        .where(Revocation.credential_id == view.id)
    ).one_or_none()
    may_revoke = policy.may_revoke(actor, scopes)
    older, renewed = _list_links(session, view.id)
    return CredentialRecord(
        view=view,
        requests=tuple(RequestRecord(*row) for row in requests),
        revocation_note=withdrawn.note if withdrawn and may_revoke else None,
        revoked_by=withdrawn.name if withdrawn else None,
        supersedes=older,
        renews=renewed,
        is_own=actor.is_person(view.holder_id),
        may_answer=policy.may_correct(actor, view.holder_id, scopes),
        may_revoke=may_revoke,
    )


def _list_links(session: Session, credential_id: int) -> tuple[Link | None, Link | None]:
    """Return the one that it replaced, and the one that it renews."""
    older, renewed = aliased(Credential), aliased(Credential)
    row = session.execute(
        select(
            Credential.supersession_reason,
            older.number.label("older_number"),
            older.issued_at.label("older_issued_at"),
            renewed.number.label("renewed_number"),
            renewed.issued_at.label("renewed_issued_at"),
        )
        .outerjoin(older, older.id == Credential.supersedes_id)
        .outerjoin(renewed, renewed.id == Credential.renews_id)
        .where(Credential.id == credential_id)
    ).one()
    reason = SupersessionReason(row.supersession_reason) if row.supersession_reason else None
    return (
        Link(row.older_number, row.older_issued_at, reason) if row.older_number else None,
        Link(row.renewed_number, row.renewed_issued_at) if row.renewed_number else None,
    )


def _require_records(actor: Actor) -> None:
    actor.require_somebody()
    if not policy.keeps_records(actor):
        raise NotFound


def _within(actor: Actor, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return the query of credentials without those that `policy.may_read_record` keeps from the actor."""
    return (
        query.join(learning.enrolment_owners, OWNERS.enrolment_id == Credential.enrolment_id)
        .join(catalogue.module_facts, MODULES.module_id == OWNERS.module_id)
        .where(_is_granted(actor))
    )


def _is_granted(actor: Actor) -> ColumnElement[bool]:
    granted = actor.scopes_of(Permission.CORRECT_CREDENTIAL)
    if SITE in granted:
        return true()

    def ids_of(kind: ScopeKind) -> list[int | None]:
        return [scope.id for scope in granted if scope.kind is kind]

    return or_(
        OWNERS.module_id.in_(ids_of(ScopeKind.MODULE)),
        MODULES.programme_id.in_(ids_of(ScopeKind.PROGRAMME)),
        *(OWNERS.institution_path.contains(f"/{id_}/") for id_ in ids_of(ScopeKind.INSTITUTION)),
    )
