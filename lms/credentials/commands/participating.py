"""Participation: everything read and attended, and nothing that was assessed. The learner asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import accounts, catalogue, learning
from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.commands.issuing import describe_module, freeze, name_institution
from lms.credentials.domain import CredentialKind
from lms.credentials.errors import NameNotConfirmed


@dataclass(frozen=True, slots=True)
class Claimed:
    """The number of a certificate of participation, and whether it was issued just now."""

    number: str
    is_new: bool


def claim_participation(
    session: Session, actor: Actor, enrolment_id: int, *, now: datetime
) -> Claimed:
    """Issue a certificate of participation for the actor's own enrolment, or return the one there is.

    It carries no score and does not expire; a later completion is a second credential. Raises `SignInRequired`,
    `NoSuchEnrolment`, `NotYours`, `NoParticipation` or `NameNotConfirmed`.
    """
    kind = CredentialKind.PARTICIPATION
    if number := queries.find_own_number(session, actor, enrolment_id, kind):
        return Claimed(number, is_new=False)
    part = learning.require_participation(session, actor, enrolment_id)
    holder = accounts.lock_holder(session, part.person_id, at=part.took_part_at)
    if number := queries.find_number(session, enrolment_id, kind):
        return Claimed(number, is_new=False)
    if holder is None:
        raise NameNotConfirmed
    facts = {
        **describe_module(catalogue.get_outline_of_version(session, part.version_id)),
        "enrolment_id": enrolment_id,
        "kind": kind,
        "sequence": 1,
        "minutes": part.minutes,
        "institution_name": name_institution(session, part.institution_id, holder),
        "completed_on": part.took_part_at.date(),
    }
    credential = freeze(session, facts, part.person_id, holder.printed_name, now=now)
    return Claimed(credential.number, is_new=True)
