"""Credentials with their documents, for their holders and for whoever may see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from lms import institutions, jobs, learning
from lms.core.db import Texts
from lms.core.permissions import Actor, Scope, ScopeKind
from lms.credentials import policy
from lms.credentials.domain import (
    CredentialKind,
    CredentialState,
    RevocationReason,
    SupersessionReason,
    group_code,
    judge_state,
    pause_before_retry,
)
from lms.credentials.errors import IsErased, IsWithdrawn, NoSuchCredential
from lms.credentials.models import Credential, Document, Holder, Revocation
from lms.credentials.selectables import institution_credentials


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A stored file of a credential."""

    number: str
    language: str
    sha256: str
    size: int
    storage_key: str

    @property
    def filename(self) -> str:
        """The name under which it is saved; it does not hold the holder's."""
        return f"{self.number}-{self.language}.pdf"


@dataclass(frozen=True, slots=True)
class RevocationView:
    """When and why a credential was withdrawn, as anybody may read it."""

    reason: RevocationReason
    revoked_at: datetime


@dataclass(frozen=True, slots=True)
class CredentialView:
    """A credential with the files that are ready. `holder` is None once erased."""

    id: int
    number: str
    code: str
    kind: CredentialKind
    enrolment_id: int
    module_slug: str
    module_title: Texts
    programme_title: Texts
    minutes: int
    score: Decimal | None
    languages: tuple[str, ...]
    institution_name: Texts | None
    issuer: str
    is_specimen: bool
    completed_on: date
    issued_at: datetime
    expires_on: date | None
    signatories: tuple[dict[str, Any], ...]
    logos: tuple[dict[str, Any], ...]
    holder: str | None
    holder_id: int | None
    # The number of the one that it replaces.
    supersedes: str | None
    # The one that replaces it: its number, its code, why it does, and since when.
    superseded_by: str | None
    successor_code: str | None
    supersession_reason: SupersessionReason | None
    superseded_at: datetime | None
    revocation: RevocationView | None
    job_id: str | None
    documents: tuple[DocumentView, ...]

    @property
    def is_incomplete(self) -> bool:
        """Whether a document is missing that is not barred by an erased name."""
        return self.holder is not None and len(self.documents) < len(self.languages)

    @property
    def printed_code(self) -> str:
        """The code in groups."""
        return group_code(self.code)

    def state_on(self, day: date) -> CredentialState:
        """Return what a check on that day answers."""
        return judge_state(
            has_name=self.holder is not None,
            is_revoked=self.revocation is not None,
            is_newest=self.superseded_by is None,
            is_expired=self.expires_on is not None and day > self.expires_on,
        )

    def require_file(self) -> None:
        """Raises `IsWithdrawn` or `IsErased` where no file is given out any more."""
        if self.holder is None:
            raise IsErased
        if self.revocation is not None:
            raise IsWithdrawn

    def choose_language(self, wanted: str | None, preferred: str) -> str:
        """Return `wanted`, or without it `preferred` where there is such a document, else the first there is.

        Raises `NoSuchCredential` for a language in which none is ever made.
        """
        if wanted is None:
            return preferred if preferred in self.languages else self.languages[0]
        if wanted not in self.languages:
            raise NoSuchCredential
        return wanted

    def find_document(self, language: str) -> DocumentView | None:
        """Return the file in that language, if it is ready."""
        return next((file for file in self.documents if file.language == language), None)


def select_credentials() -> Select[*tuple[Any, ...]]:
    """Return a query of credentials with their names and what became of them; `as_view` reads its rows."""
    newer, older = aliased(Credential), aliased(Credential)
    return (
        select(
            Credential,
            Holder.printed_name,
            Holder.person_id,
            older.number.label("older_number"),
            newer.number.label("newer_number"),
            newer.code.label("newer_code"),
            newer.supersession_reason.label("newer_reason"),
            newer.issued_at.label("newer_issued_at"),
            Revocation.reason.label("revocation_reason"),
            Revocation.revoked_at,
        )
        .outerjoin(Holder, Holder.credential_id == Credential.id)
        .outerjoin(older, older.id == Credential.supersedes_id)
        .outerjoin(newer, newer.supersedes_id == Credential.id)
        .outerjoin(Revocation, Revocation.credential_id == Credential.id)
    )


def _list_documents(session: Session, ids: list[int]) -> dict[int, list[DocumentView]]:
    found: dict[int, list[DocumentView]] = {}
    rows = session.execute(
        select(
            Document.credential_id,
            Credential.number,
            Document.language,
            Document.sha256,
            Document.size,
            Document.storage_key,
        )
        .join(Credential, Credential.id == Document.credential_id)
        .where(Document.credential_id.in_(ids))
        .order_by(Document.language.desc())
    )
    for row in rows:
        view = DocumentView(row.number, row.language, row.sha256, row.size, row.storage_key)
        found.setdefault(row.credential_id, []).append(view)
    return found


def as_view(
    row: Row[Any], documents: Mapping[int, Sequence[DocumentView]] = MappingProxyType({})
) -> CredentialView:
    """Return a row of `select_credentials` as other storeys read it."""
    credential: Credential = row.Credential
    return CredentialView(
        id=credential.id,
        number=credential.number,
        code=credential.code,
        kind=CredentialKind(credential.kind),
        enrolment_id=credential.enrolment_id,
        module_slug=credential.module_slug,
        module_title=credential.module_title,
        programme_title=credential.programme_title,
        minutes=credential.minutes,
        score=credential.score,
        languages=tuple(credential.languages),
        institution_name=credential.institution_name,
        issuer=credential.issuer,
        is_specimen=credential.is_specimen,
        completed_on=credential.completed_on,
        issued_at=credential.issued_at,
        expires_on=credential.expires_on,
        signatories=tuple(credential.signatories),
        logos=tuple(credential.logos),
        holder=row.printed_name,
        holder_id=row.person_id,
        supersedes=row.older_number,
        superseded_by=row.newer_number,
        successor_code=group_code(row.newer_code) if row.newer_code else None,
        superseded_at=row.newer_issued_at,
        supersession_reason=SupersessionReason(row.newer_reason) if row.newer_reason else None,
        revocation=RevocationView(RevocationReason(row.revocation_reason), row.revoked_at)
        if row.revoked_at
        else None,
        job_id=credential.job_id,
        documents=tuple(documents.get(credential.id, ())),
    )


def list_credentials(
    session: Session, actor: Actor, *, before_id: int | None = None, limit: int | None = None
) -> list[CredentialView]:
    """Return the actor's own credentials, the newest first; two queries. `before_id` pages on."""
    return list_held(session, actor.require_person(), before_id=before_id, limit=limit)


def list_held(
    session: Session, person_id: int, *, before_id: int | None = None, limit: int | None = None
) -> list[CredentialView]:
    """Return a person's credentials as `list_credentials` does; for this room, which knows who may ask."""
    query = select_credentials().where(Holder.person_id == person_id)
    if before_id is not None:
        query = query.where(Credential.id < before_id)
    rows = session.execute(query.order_by(Credential.id.desc()).limit(limit)).all()
    documents = _list_documents(session, [row.Credential.id for row in rows])
    return [as_view(row, documents) for row in rows]


def list_failed(session: Session, actor: Actor, found: Sequence[CredentialView]) -> set[str]:
    """Return the numbers of the actor's credentials whose documents could not be made.

    One query; none where nothing is missing.
    """
    waiting = {view.job_id: view.number for view in found if view.is_incomplete and view.job_id}
    if not waiting:
        return set()
    states = jobs.list_states(session, actor, waiting)
    return {waiting[id] for id, state in states.items() if state is jobs.JobState.FAILED}


def get_credential(session: Session, actor: Actor, number: str) -> CredentialView:
    """Return a credential that the actor may see; four queries at most.

    Raises `NoSuchCredential` or `SignInRequired`.
    """
    actor.require_somebody()
    view = _find(session, Credential.number == number)
    if view is None:
        raise NoSuchCredential
    if actor.is_person(view.holder_id):
        return view
    if not policy.may_read(actor, view.holder_id, _list_scopes(session, view)):
        raise NoSuchCredential
    return view


def _list_scopes(session: Session, view: CredentialView) -> list[Scope]:
    """Return where it can be granted to read it; of institutions, what the day of issue decides."""
    facts = learning.get_facts(session, view.enrolment_id)
    owners = institution_credentials.c
    path = session.scalar(select(owners.institution_path).where(owners.credential_id == view.id))
    others = [scope for scope in facts.scopes if scope.kind is not ScopeKind.INSTITUTION]
    return [*others, *institutions.list_scopes(path)]


def get_own_credential(session: Session, actor: Actor, number: str) -> CredentialView:
    """Return a credential that carries the actor's name; two queries. Raises `NoSuchCredential` or `SignInRequired`."""
    person_id = actor.require_person()
    view = _find(session, Credential.number == number)
    if view is None or view.holder_id != person_id:
        raise NoSuchCredential
    return view


def find_by_code(session: Session, code: str) -> CredentialView | None:
    """Return the credential with that code (16 characters, no hyphens), for anybody who has it; two queries."""
    return _find(session, Credential.code == code)


def find_by_number(session: Session, number: str) -> CredentialView | None:
    """Return the credential with that number, whoever asks; for this room's queries. Two queries."""
    return _find(session, Credential.number == number)


def find_by_id(session: Session, credential_id: int) -> CredentialView | None:
    """Return a credential by its id; for this room's tasks, which have no actor."""
    return _find(session, Credential.id == credential_id)


def list_views(session: Session, ids: Collection[int]) -> list[CredentialView]:
    """Return the credentials with these ids, the newest first; two queries. For other rooms: it asks for no actor."""
    found = select_credentials().where(Credential.id.in_(ids)).order_by(Credential.id.desc())
    rows = session.execute(found).all()
    documents = _list_documents(session, [row.Credential.id for row in rows])
    return [as_view(row, documents) for row in rows]


def list_incomplete_ids(session: Session) -> list[int]:
    """Return the ids of the credentials of which a document is missing; for the command line."""
    counts = (
        select(Document.credential_id, func.count().label("made"))
        .group_by(Document.credential_id)
        .subquery()
    )
    rows = session.execute(
        select(Credential.id, Credential.languages, counts.c.made)
        .join(Holder, Holder.credential_id == Credential.id)
        .outerjoin(counts, counts.c.credential_id == Credential.id)
        .order_by(Credential.id)
    )
    return [id for id, languages, made in rows if (made or 0) < len(languages)]


def list_retries(session: Session, *, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Return credentials whose documents could not be made and whose pause is over, with the job that failed.

    Those asked for longest ago come first. For this room's sweep.
    """
    failed = jobs.failed_jobs(session)
    rows = session.execute(
        select(Credential.id, Credential.tries, failed.c.id, failed.c.created_at)
        .join(failed, failed.c.id == Credential.job_id)
        .join(Holder, Holder.credential_id == Credential.id)
        .order_by(failed.c.created_at, Credential.id)
    )
    due = [
        (credential_id, job_id)
        for credential_id, tries, job_id, asked_at in rows
        if asked_at + pause_before_retry(tries) <= now
    ]
    return due[:limit]


def _find(session: Session, condition: Any) -> CredentialView | None:
    row = session.execute(select_credentials().where(condition)).one_or_none()
    if row is None:
        return None
    return as_view(row, _list_documents(session, [row.Credential.id]))
