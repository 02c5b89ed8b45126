"""How many people an action may be on."""

from __future__ import annotations

from collections.abc import Collection

from lms.officers.domain import PEOPLE_A_PAGE
from lms.officers.errors import NobodyChosen, TooManyChosen


def require_chosen(person_ids: Collection[int]) -> None:
    """Raises `NobodyChosen`, or `TooManyChosen` for more than a page lists."""
    if not person_ids:
        raise NobodyChosen
    if len(person_ids) > PEOPLE_A_PAGE:
        raise TooManyChosen(most=PEOPLE_A_PAGE)
