"""What is recorded of sex and age, for figures alone; nothing but this writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lms.accounts.domain import AgeBand, Sex
from lms.accounts.models import PersonalDetail
from lms.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class Stated:
    """What was said; None is “not stated”."""

    sex: Sex | None = None
    age_band: AgeBand | None = None


def record_personal_details(
    session: Session, actor: Actor, stated: Mapping[int, Stated], *, now: datetime
) -> None:
    """Replace what is kept of these people; of who says nothing, nothing is kept. For commands that asked rights."""
    if not stated:
        return
    session.execute(delete(PersonalDetail).where(PersonalDetail.person_id.in_(stated)))
    rows = [
        {
            "person_id": person_id,
            "sex": said.sex,
            "age_band": said.age_band,
            "recorded_at": now,
            "recorded_by_id": None if actor.is_person(person_id) else actor.person_id,
        }
        for person_id, said in stated.items()
        if said.sex or said.age_band
    ]
    if rows:
        session.execute(insert(PersonalDetail), rows)
