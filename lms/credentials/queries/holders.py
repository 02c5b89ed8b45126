"""What a person holds: numbers, what may be renewed, and what came of an enrolment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms import accounts, learning
from lms.core.permissions import Actor
from lms.credentials.domain import CredentialKind, CredentialState, is_time_to_renew
from lms.credentials.models import Credential, Holder, Revocation
from lms.credentials.queries.credentials import CredentialView, as_view, select_credentials
from lms.learning.domain import CertificateStanding, ModuleCompleted


def list_numbers(session: Session, person_id: int) -> list[str]:
    """Return the numbers of all credentials that carry the person's name, the oldest first."""
    return list(
        session.scalars(
            select(Credential.number)
            .join(Holder, Holder.credential_id == Credential.id)
            .where(Holder.person_id == person_id)
            .order_by(Credential.id)
        )
    )


def find_number(session: Session, enrolment_id: int, kind: CredentialKind) -> str | None:
    """Return the number of the newest credential of a kind that came of an enrolment, erased ones included."""
    return session.scalar(
        select(Credential.number)
        .where(Credential.enrolment_id == enrolment_id, Credential.kind == kind)
        .order_by(Credential.sequence.desc())
        .limit(1)
    )


def find_own_number(
    session: Session, actor: Actor, enrolment_id: int, kind: CredentialKind
) -> str | None:
    """Return the same where it carries the actor's name. Raises `SignInRequired`."""
    return session.scalar(
        select(Credential.number)
        .join(Holder, Holder.credential_id == Credential.id)
        .where(
            Credential.enrolment_id == enrolment_id,
            Credential.kind == kind,
            Holder.person_id == actor.require_person(),
        )
        .order_by(Credential.sequence.desc())
        .limit(1)
    )


def find_expiring_id(session: Session, person_id: int, slug: str) -> int | None:
    """Return the person's newest certificate of completing a module that ends and still stands; it is renewed next."""
    newer = aliased(Credential)
    return session.scalar(
        select(Credential.id)
        .join(Holder, Holder.credential_id == Credential.id)
        .outerjoin(newer, newer.supersedes_id == Credential.id)
        .outerjoin(Revocation, Revocation.credential_id == Credential.id)
        .where(
            Holder.person_id == person_id,
            Credential.module_slug == slug,
            Credential.kind == CredentialKind.COMPLETION,
            Credential.expires_on.is_not(None),
            newer.id.is_(None),
            Revocation.credential_id.is_(None),
        )
        .order_by(Credential.id.desc())
        .limit(1)
    )


def list_renewable(session: Session, actor: Actor, *, on: date) -> set[str]:
    """Return the numbers of the actor's certificates that may be renewed on that day; one query."""
    return choose_renewable(_list_held(session, actor), on=on)


def choose_renewable(held: Iterable[CredentialView], *, on: date) -> set[str]:
    """Return the numbers of those of one person's credentials that may be renewed on that day.

    Of a module's certificates of completion it is the last completed, if it stands and ends soon or has ended.
    """
    standing = {CredentialState.VALID, CredentialState.EXPIRED}
    last: dict[str, CredentialView] = {}
    for view in sorted(held, key=lambda one: (one.completed_on, one.id)):
        if view.kind is CredentialKind.COMPLETION and view.state_on(on) in standing:
            last[view.module_slug] = view
    return {view.number for view in last.values() if is_time_to_renew(view.expires_on, on)}


def find_certificates(
    session: Session, actor: Actor, enrolment_id: int, today: date
) -> CertificateStanding:
    """Return what certificates came of the actor's own enrolment; one query. `learning` asks it."""
    held = _list_held(session, actor)
    renewable = choose_renewable(held, on=today)
    participation = completion = None
    for view in held:
        if view.enrolment_id != enrolment_id or view.superseded_by is not None:
            continue
        if view.kind is CredentialKind.PARTICIPATION:
            participation = view
        elif view.kind is CredentialKind.COMPLETION:
            completion = view
    return CertificateStanding(
        participation.number if participation else None,
        completion.number if completion and completion.number in renewable else None,
        completion.expires_on if completion else None,
    )


def list_waiting(session: Session, actor: Actor) -> list[ModuleCompleted]:
    """Return what the actor completed and is not yet certified because the name is not confirmed; two queries."""
    if accounts.get_certificate_name(session, actor).printed_name is not None:
        return []
    return learning.list_completions(session, actor.require_person())


def _list_held(session: Session, actor: Actor) -> list[CredentialView]:
    rows = session.execute(
        select_credentials()
        .where(Holder.person_id == actor.require_person())
        .order_by(Credential.id)
    )
    return [as_view(row) for row in rows]
