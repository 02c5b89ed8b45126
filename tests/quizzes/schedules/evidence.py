"""What a schedule leaves behind: what was sent and answered, and the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

# A save's client, slot and number: what makes it that save and no other.
Key = tuple[str, int, int]


class Purpose(StrEnum):
    """What a request asks for."""

    SAVE = "save"
    SUBMIT = "submit"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Sent:
    """A save as it was sent."""

    client: str
    slot: int
    number: int
    base: int
    response: Any

    @property
    def key(self) -> Key:
        return (self.client, self.slot, self.number)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server has to answer; `field` is the path that it has to name, if any."""

    status: int
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request about the attempt. `refusal` says that it must change nothing."""

    purpose: Purpose
    token: str | None
    saves: tuple[Sent, ...] = ()
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of a request at the server.

    `began` and `ended` are in the order of all that happened. Infinity and no status: nobody saw the end, and it may
    have taken effect at any time since, or never.
    """

    request: Request
    # False: the connection broke before all of it was sent.
    is_whole: bool
    began: int
    ended: float
    began_at: datetime
    ended_at: datetime | None = None
    status: int | None = None
    reply: Any = None

    @property
    def is_accepted(self) -> bool:
        return self.status in {200, 201}

    @property
    def may_change_something(self) -> bool:
        """It arrived, and if it was answered at all, then by a yes."""
        is_right = self.request.refusal is None
        return self.is_whole and is_right and (self.status is None or self.is_accepted)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row of quizzes_answer."""

    id: int
    client: str
    slot: int
    number: int
    base: int
    response: Any
    revision: int
    received_at: datetime
    is_current: bool
    is_late: bool

    @property
    def key(self) -> Key:
        return (self.client, self.slot, self.number)


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A row of quizzes_grade; `marks` are fractions as text, by slot as text."""

    score: Decimal
    passed: bool
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of learning_result."""

    score: Decimal | None
    passed: bool


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything that the database holds of one attempt; `answers` in the order in which they were kept."""

    submitted_at: datetime | None
    deadline_at: datetime | None
    answers: tuple[AnswerRow, ...]
    grades: tuple[GradeRow, ...]
    results: tuple[ResultRow, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that there is to judge by."""

    deliveries: tuple[Delivery, ...]
    rows: Rows
    # Slot → option → what choosing it adds to the mark.
    worth: Mapping[int, Mapping[str, Fraction]]
    pass_mark: Fraction
    # Token → when it ended.
    ended_tokens: Mapping[str, int]
    # What comes so long after the deadline is late, and counts.
    grace: timedelta
