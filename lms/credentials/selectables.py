"""SQL that rooms above may join, for lists that are sorted or paged across rooms."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.credentials.domain import CredentialKind
from lms.credentials.models import Credential, Revocation

_any = aliased(Credential)

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
