"""What other rooms may know of an enrolment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lms.core.permissions import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """Whose enrolment it is, in what, and where grants over it hold."""

    id: int
    person_id: int
    module_id: int
    programme_id: int
    institution_scopes: tuple[Scope, ...]
    module_title: Mapping[str, str]
    source_language: str
    enrolled_at: datetime
    completed_at: datetime | None
    # Whether the learner has said how certificates are to read.
    is_name_confirmed: bool = True

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes at which a grant reaches this enrolment."""
        return (
            Scope(ScopeKind.MODULE, self.module_id),
            Scope(ScopeKind.PROGRAMME, self.programme_id),
            *self.institution_scopes,
        )
