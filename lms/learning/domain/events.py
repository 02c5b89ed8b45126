"""What learning tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ModuleCompleted:
    """An enrolment met the last condition of the version that was current."""

    enrolment_id: int
    person_id: int
    module_id: int
    # The version by which it was judged.
    version_id: int
    # The one that the enrolment names.
    institution_id: int | None
    completed_at: datetime
    # Between 0 and 1; None where nothing was marked.
    score: Decimal | None
