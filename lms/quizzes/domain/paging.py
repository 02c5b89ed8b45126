"""Which questions stand on which page, and which of them may be answered."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TypeVar

from lms.quizzes.domain.settings import Navigation

T = TypeVar("T")


class Place(Enum):
    """How a question's page stands to the page that a learner has reached."""

    OPEN = auto()
    # On a page behind, to which there is no way back.
    LEFT = auto()
    # On a page that was not shown yet.
    AHEAD = auto()


def page_of(slot: int, per_page: int | None) -> int:
    """Return the page of a slot; both count from 1."""
    return 1 if per_page is None else 1 + (slot - 1) // per_page


def count_pages(slots: int, per_page: int | None) -> int:
    """Return how many pages an attempt has."""
    return page_of(slots, per_page)


def cut_to_page(slots: Sequence[T], page: int, per_page: int | None) -> Sequence[T]:
    """Return those of the slots, in their order, that stand on a page."""
    return slots if per_page is None else slots[(page - 1) * per_page : page * per_page]


def judge_place(slot: int, reached: int, per_page: int | None, navigation: Navigation) -> Place:
    """Return whether the slot may be answered by someone who has reached a page; freely, all may."""
    page = page_of(slot, per_page)
    if navigation is Navigation.FREE or page == reached:
        return Place.OPEN
    return Place.LEFT if page < reached else Place.AHEAD
