"""SQL that rooms above may join."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from lms.credentials.models import Credential, Holder, Revocation

_newer = aliased(Credential)

# One row a credential, with what became of it. `holder_id` and `printed_name` are NULL once the name is erased.
credential_facts = (
    select(
        Credential.id.label("credential_id"),
        Credential.enrolment_id,
        Credential.kind,
        Credential.number,
        Credential.module_slug,
        Credential.module_title,
        Credential.completed_on,
        Credential.issued_at,
        Credential.expires_on,
        Holder.person_id.label("holder_id"),
        Holder.printed_name,
        _newer.id.label("newer_id"),
        Revocation.revoked_at,
    )
    .outerjoin(Holder, Holder.credential_id == Credential.id)
    .outerjoin(_newer, _newer.supersedes_id == Credential.id)
    .outerjoin(Revocation, Revocation.credential_id == Credential.id)
    .subquery("credential_facts")
)


def holds_on(day: date) -> ColumnElement[bool]:
    """Return in SQL whether a check of `credential_facts` answers *valid* on that day, as `judge_state` has it."""
    facts = credential_facts.c
    return and_(
        facts.holder_id.is_not(None),
        facts.revoked_at.is_(None),
        facts.newer_id.is_(None),
        or_(facts.expires_on.is_(None), facts.expires_on >= day),
    )
