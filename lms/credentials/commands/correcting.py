"""Corrections of a name: asked for by the holder, answered by somebody else, done by another credential."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import accounts
from lms.accounts.domain import NameOrder, PersonName
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.credentials import queries
from lms.credentials.commands.issuing import freeze
from lms.credentials.commands.naming import require_drawable
from lms.credentials.domain import CredentialState, SupersessionReason, find_problem_with_words
from lms.credentials.errors import (
    CorrectionIsAnswered,
    CorrectionIsAsked,
    NothingToCorrect,
    UnfitRequest,
)
from lms.credentials.models import Correction, Credential

# What of a credential its successor has, too; all else is its own.
_KEPT = (
    "enrolment_id", "kind", "module_slug", "module_title", "programme_title", "minutes", "score",
    "languages", "institution_name", "issuer", "is_specimen", "rules_version", "completed_on",
    "expires_on", "signatories", "logos", "renews_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a request: the number of the new credential, if it was granted."""

    is_granted: bool
    number: str | None


def ask_for_correction(
    session: Session,
    actor: Actor,
    number: str,
    name: PersonName,
    *,
    in_capitals: bool,
    reason: str,
    now: datetime,
) -> int:
    """Ask that the actor's own certificate be issued anew with another name, and return the request's id.

    Only one request is open at a time.

    Raises `SignInRequired`, `NoSuchCredential`, `NothingToCorrect`, `CorrectionIsAsked`, `UnfitName` or `UnfitRequest`.
    """
    credential = queries.lock_own_credential(session, actor, number)
    view = queries.find_by_id(session, credential.id)
    if view is None or view.state_on(now.date()) is not CredentialState.VALID:
        raise NothingToCorrect
    if queries.has_open_correction(session, credential.id):
        raise CorrectionIsAsked
    wanted = require_drawable(name, in_capitals=in_capitals)
    if wanted.written == view.holder:
        raise UnfitRequest({"given_names": Message(N_("The certificate reads like this already."))})
    if problem := find_problem_with_words(reason):
        raise UnfitRequest({"reason": problem})
    request = Correction(
        credential_id=credential.id,
        person_id=actor.require_person(),
        given_names=wanted.name.given_names,
        family_names=wanted.name.family_names,
        name_order=wanted.name.order,
        printed_name=wanted.written,
        reason=reason.strip(),
        asked_at=now,
    )
    try:
        # Two clicks at once meet at the unique key.
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise CorrectionIsAsked from None
    return request.id


def answer_correction(
    session: Session,
    actor: Actor,
    number: str,
    correction_id: int,
    *,
    is_granted: bool,
    answer: str,
    now: datetime,
) -> Answered:
    """Grant or refuse a request, with words for the holder. The same answer again changes nothing.

    Granted: a credential with the same facts, another number and the name that was asked for supersedes the other, and
    later certificates carry that name, too. Raises `NoSuchCredential`, `NobodyCorrectsOnesOwn`, `NoSuchCorrection`,
    `CorrectionIsAnswered`, `NothingToCorrect` or `UnfitRequest`.
    """
    credential = queries.lock_correctable(session, actor, number)
    request = queries.get_correction(session, credential.id, correction_id)
    if request.answered_at is not None:
        if request.is_granted is not is_granted:
            raise CorrectionIsAnswered
        return Answered(is_granted, queries.find_successor_number(session, credential.id))
    if problem := find_problem_with_words(answer):
        raise UnfitRequest({"answer": problem})
    request.is_granted = is_granted
    request.answer = answer.strip()
    request.answered_at = now
    request.answered_by_id = actor.person_id
    session.flush()
    if not is_granted:
        return Answered(False, None)
    view = queries.find_by_id(session, credential.id)
    if view is None or view.state_on(now.date()) not in {
        CredentialState.VALID,
        CredentialState.EXPIRED,
    }:
        raise NothingToCorrect
    return Answered(True, _supersede(session, credential, request, now=now).number)


def _supersede(
    session: Session, old: Credential, request: Correction, *, now: datetime
) -> Credential:
    """Issue the same facts under the name that was asked for; the old credential stays, and says so."""
    name = PersonName(request.given_names, request.family_names, NameOrder(request.name_order))
    accounts.correct_name(session, request.person_id, name, request.printed_name)
    facts: dict[str, Any] = {
        **{field: getattr(old, field) for field in _KEPT},
        "sequence": old.sequence + 1,
        "supersedes_id": old.id,
        "supersession_reason": SupersessionReason.NAME_CORRECTED,
    }
    return freeze(session, facts, request.person_id, request.printed_name, now=now)
