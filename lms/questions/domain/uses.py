"""What the rooms above know of a question, for the pages of its bank: `app.py` names who does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Use:
    """Something that may ask the question, and its page, as `url_for` takes it."""

    title: str
    endpoint: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """How a question did, all its versions together. None: too few have answered to say.

    `facility` is the mean mark, from 0 to 1; `discrimination`, from -1 to 1, says whether those who do well elsewhere
    do well here, too.
    """

    answered: int
    facility: Fraction | None = None
    discrimination: Fraction | float | None = None

    def __post_init__(self) -> None:
        if self.answered < 0:
            raise ValueError("a question is answered any number of times, or never")
        if self.facility is not None and not 0 <= self.facility <= 1:
            raise ValueError("facility lies between 0 and 1")
        if self.discrimination is not None and not -1 <= self.discrimination <= 1:
            raise ValueError("discrimination lies between -1 and 1")
        if self.answered == 0 and (self.facility, self.discrimination) != (None, None):
            raise ValueError("a question that nobody answered has no figures")
