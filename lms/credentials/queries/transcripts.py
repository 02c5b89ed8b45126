"""A person's transcript: every module that was begun, what came of it, and the hours that count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lms import accounts, learning
from lms.core.permissions import Actor
from lms.credentials.domain import CredentialKind
from lms.credentials.queries.credentials import CredentialView, list_credentials
from lms.learning import EnrolmentCard


@dataclass(frozen=True, slots=True)
class TranscriptEntry:
    """An enrolment, and the certificate that it led to: of completion before one of participation."""

    enrolment: EnrolmentCard
    credential: CredentialView | None

    @property
    def minutes(self) -> int:
        """What counts of it: all of the module once it is completed, else nothing."""
        return self.enrolment.minutes if self.enrolment.completed_at else 0


@dataclass(frozen=True, slots=True)
class TranscriptView:
    """A transcript as of a day, the oldest enrolment first."""

    holder: str
    as_of: date
    entries: tuple[TranscriptEntry, ...]

    @property
    def completed(self) -> int:
        """How many modules are completed; one that was completed again counts once."""
        return len(
            {entry.enrolment.module_slug for entry in self.entries if entry.enrolment.completed_at}
        )

    @property
    def minutes(self) -> int:
        """What counts of all modules together; one that was completed again counts once."""
        return sum(
            {
                entry.enrolment.module_slug: entry.minutes
                for entry in self.entries
                if entry.minutes
            }.values()
        )


def get_transcript(session: Session, actor: Actor, *, language: str, as_of: date) -> TranscriptView:
    """Return the actor's own transcript with titles in `language`; four queries. Raises `SignInRequired`."""
    name = accounts.get_certificate_name(session, actor)
    chosen: dict[int, CredentialView] = {}
    for view in list_credentials(session, actor):
        earlier = chosen.get(view.enrolment_id)
        is_better = view.kind is CredentialKind.COMPLETION or earlier is None
        if view.superseded_by is None and is_better:
            chosen[view.enrolment_id] = view
    enrolments = learning.list_enrolments(session, actor, language=language)
    return TranscriptView(
        name.printed_name or name.name.written,
        as_of,
        tuple(TranscriptEntry(card, chosen.get(card.id)) for card in reversed(enrolments)),
    )
