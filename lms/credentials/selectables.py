"""SQL that rooms above may join."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from lms import accounts, institutions, learning
from lms.core.db import utc_day
from lms.credentials.domain import CredentialKind
from lms.credentials.models import Credential, Document, Holder, Revocation

OWNERS = learning.enrolment_owners.c
PATHS = institutions.institution_paths.c
MEMBERSHIPS = accounts.confirmed_memberships.c

_first = aliased(Credential)
_newer = aliased(Credential)
_any = aliased(Credential)

# The day of issue that decides whose it is: what corrects a credential belongs to whom the first one belonged.
_first_issued_at = (
    select(func.min(_first.issued_at))
    .where(_first.enrolment_id == Credential.enrolment_id, _first.kind == Credential.kind)
    .correlate(Credential)
    .scalar_subquery()
)
_issued_on = utc_day(_first_issued_at)

# Whether it belongs to the institution that its enrolment names: on the day of issue the person was a member there,
# confirmed then or since. A claim opens nothing, who had left or had not come yet is not theirs, and what was theirs
# stays theirs. (What is printed was decided at completion; an enrolment itself goes by `learning.enrolment_owners`.)
belongs = exists().where(
    MEMBERSHIPS.person_id == OWNERS.person_id,
    MEMBERSHIPS.institution_id == OWNERS.institution_id,
    MEMBERSHIPS.started_on <= _issued_on,
    or_(MEMBERSHIPS.ended_on.is_(None), MEMBERSHIPS.ended_on >= _issued_on),
)

# One row a credential that belongs to an institution, with the path of that: what grants and lists go by. `holder` is
# NULL once erased, `newer_number` that of the one which replaces it, `revoked_at` NULL unless it was withdrawn.
institution_credentials = (
    select(
        Credential.id.label("credential_id"),
        Credential.enrolment_id,
        Credential.number,
        Credential.code,
        Credential.kind,
        Credential.module_slug,
        Credential.module_title,
        Credential.minutes,
        Credential.languages,
        Credential.is_specimen,
        Credential.completed_on,
        Credential.issued_at,
        Credential.expires_on,
        OWNERS.person_id,
        OWNERS.module_id,
        OWNERS.edition_key,
        Holder.printed_name.label("holder"),
        _newer.number.label("newer_number"),
        Revocation.revoked_at,
        PATHS.institution_id,
        PATHS.path.label("institution_path"),
        PATHS.name.label("institution_name"),
    )
    .join(learning.enrolment_owners, OWNERS.enrolment_id == Credential.enrolment_id)
    .join(institutions.institution_paths, PATHS.institution_id == OWNERS.institution_id)
    .outerjoin(Holder, Holder.credential_id == Credential.id)
    .outerjoin(_newer, _newer.supersedes_id == Credential.id)
    .outerjoin(Revocation, Revocation.credential_id == Credential.id)
    .where(belongs)
    .subquery("institution_credentials")
)

# One row a stored file of a credential.
credential_documents = select(
    Document.credential_id,
    Document.language,
    Document.sha256,
    Document.size,
    Document.storage_key,
).subquery("credential_documents")

# One row an enrolment that led to a certificate of completion which was not withdrawn: when the first was issued,
# however often it was corrected since.
certified_enrolments = (
    select(Credential.enrolment_id, Credential.issued_at.label("certified_at"))
    .where(
        Credential.kind == CredentialKind.COMPLETION,
        Credential.sequence == 1,
        ~select(Revocation.credential_id)
        .join(_any, _any.id == Revocation.credential_id)
        .where(_any.enrolment_id == Credential.enrolment_id, _any.kind == Credential.kind)
        .exists(),
    )
    .subquery("certified_enrolments")
)


def holds_on(day: date) -> ColumnElement[bool]:
    """Return in SQL whether a check of one of `institution_credentials` answers *valid* on that day."""
    found = institution_credentials.c
    return and_(
        found.holder.is_not(None),
        found.revoked_at.is_(None),
        found.newer_number.is_(None),
        or_(found.expires_on.is_(None), found.expires_on >= day),
    )
