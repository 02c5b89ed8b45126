"""Renewing: before a certificate ends, its holder may take the module anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms import learning
from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.errors import NotYetToRenew


def renew_credential(
    session: Session, actor: Actor, number: str, *, now: datetime
) -> learning.Enrolled:
    """Enrol the holder anew in the module of a certificate that ends soon or has ended, or return that enrolment.

    The certificate stays what it is; completing the module again issues another. Raises `SignInRequired`,
    `NoSuchCredential` or `NotYetToRenew`.
    """
    credential = queries.lock_own_credential(session, actor, number)
    if number not in queries.list_renewable(session, actor, on=now.date()):
        raise NotYetToRenew
    return learning.enrol_again(session, credential.enrolment_id, now=now)
