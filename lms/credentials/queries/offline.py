"""What the page needs that checks codes without a network: the keys, and the signed list of what was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from lms.credentials.domain import (
    CredentialState,
    Withdrawal,
    judge_state,
    write_list,
    write_list_message,
)
from lms.credentials.models import Credential, Holder, Revocation
from lms.credentials.queries.keys import list_code_keys, sign_code


@dataclass(frozen=True, slots=True)
class OfflineFacts:
    """Every key that ever signed codes (id, 32 bytes), and the list, signed by the one that signs now."""

    keys: tuple[tuple[str, bytes], ...]
    withdrawn: str
    key_id: str
    signature: bytes


def get_offline_facts(session: Session, *, now: datetime) -> OfflineFacts:
    """Return what anybody may take along; three queries, whatever the list holds.

    Raises as `sign_code` does where nothing can be signed.
    """
    withdrawn = write_list(list_withdrawals(session), made_at=now)
    key_id, signature = sign_code(session, write_list_message(withdrawn), now=now)
    return OfflineFacts(tuple(list_code_keys(session)), withdrawn, key_id, signature)


def list_withdrawals(session: Session) -> list[Withdrawal]:
    """Return every credential that was revoked, superseded or erased; one query.

    For anybody: a number and a hash name nobody. No day is kept of an erasure.
    """
    newer = aliased(Credential)
    rows = session.execute(
        select(
            Credential.number,
            Credential.code,
            Holder.credential_id.label("named"),
            newer.number.label("newer_number"),
            newer.issued_at.label("superseded_at"),
            Revocation.revoked_at,
        )
        .outerjoin(Holder, Holder.credential_id == Credential.id)
        .outerjoin(newer, newer.supersedes_id == Credential.id)
        .outerjoin(Revocation, Revocation.credential_id == Credential.id)
        .where(
            or_(
                Holder.credential_id.is_(None),
                newer.id.is_not(None),
                Revocation.credential_id.is_not(None),
            )
        )
    )
    found = []
    for row in rows:
        state = judge_state(
            has_name=row.named is not None,
            is_revoked=row.revoked_at is not None,
            is_newest=row.newer_number is None,
            is_expired=False,
        )
        moment = {
            CredentialState.REVOKED: row.revoked_at,
            CredentialState.SUPERSEDED: row.superseded_at,
        }.get(state)
        found.append(
            Withdrawal(
                number=row.number,
                code=row.code,
                state=state,
                on=moment.date() if moment else None,
                newer_number=row.newer_number if state is CredentialState.SUPERSEDED else None,
            )
        )
    return found
