"""What `learning` asks of the rooms above: the certificates that came of an enrolment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from lms.core.permissions import Actor
from lms.learning.domain import CertificateStanding

# Called with the session, the actor, the enrolment's id and today's date.
FindCertificates = Callable[[Session, Actor, int, date], CertificateStanding]


def find_certificates(
    session: Session, actor: Actor, enrolment_id: int, today: date
) -> CertificateStanding:
    """Return what certificates there are; `app.py` names who knows, as `certificate_standing`."""
    find: FindCertificates = current_app.extensions["certificate_standing"]
    return find(session, actor, enrolment_id, today)
