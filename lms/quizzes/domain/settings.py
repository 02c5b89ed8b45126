"""The settings of a quiz, as course files and tables hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from lms.core.i18n import N_, Message
from lms.quizzes.domain.review import ReviewRules, When


class Navigation(StrEnum):
    """Whether a learner may go back to an earlier page."""

    FREE = "free"
    SEQUENTIAL = "sequential"


class Feedback(StrEnum):
    """When a learner may know what was right: after the submission, or question by question."""

    DEFERRED = "deferred"
    IMMEDIATE = "immediate"


class Method(StrEnum):
    """Which of several attempts count."""

    HIGHEST = "highest"
    AVERAGE = "average"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class QuizRules:
    """How a quiz is sat and graded; None where there is no limit.

    `pass_mark` is between 0 and 1, `time_limit` and `delay` are minutes, `grace` is seconds.
    """

    pass_mark: Decimal
    attempts_allowed: int | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: int | None = None
    # After the deadline, for what was on its way.
    grace: int = 0
    # From the end of an attempt to the start of the next.
    delay: int = 0
    method: Method = Method.HIGHEST
    # Questions on a page.
    per_page: int | None = None
    navigation: Navigation = Navigation.FREE
    feedback: Feedback = Feedback.DEFERRED
    shuffles_questions: bool = True
    shuffles_options: bool = True
    review: ReviewRules = field(default_factory=ReviewRules)

    def __post_init__(self) -> None:
        if not 0 <= self.pass_mark <= 1:
            raise ValueError("a pass mark lies between 0 and 1")
        for limit in (self.attempts_allowed, self.time_limit, self.per_page):
            if limit is not None and limit < 1:
                raise ValueError("a limit is at least one")
        if self.grace < 0 or self.delay < 0:
            raise ValueError("grace and delay are no less than nothing")
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValueError("a quiz closes after it opens")
        if self.closes_at is None and When.CLOSED in self.review.moments:
            raise ValueError("a review that waits for the closing needs one")


@dataclass(frozen=True, slots=True)
class Draw:
    """Questions that each attempt draws at random: from a category with what is below it, with all of the tags.

    Where `question` is a key, it is that very question.
    """

    count: int
    category: str = ""
    tags: tuple[str, ...] = ()
    question: str | None = None

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a draw takes at least one question")
        if self.question is not None and (self.count != 1 or self.category or self.tags):
            raise ValueError("a named question is drawn once, whatever its category and tags")


@dataclass(frozen=True, slots=True)
class Band:
    """What is said of a score from `least` (0 to 1) up to the next band."""

    least: Decimal
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """A quiz as its author writes it."""

    title: Mapping[str, str]
    intro: Mapping[str, str]
    draws: tuple[Draw, ...]
    rules: QuizRules
    bands: tuple[Band, ...] = ()

    def __post_init__(self) -> None:
        if not self.draws:
            raise ValueError("a quiz draws at least one question")
        if len({band.least for band in self.bands}) < len(self.bands):
            raise ValueError("two bands do not begin at one score")

    @property
    def length(self) -> int:
        """How many questions an attempt has."""
        return sum(draw.count for draw in self.draws)


def attempts_left(allowed: int | None, used: int) -> int | None:
    """Return how many attempts may still be started; None where there is no limit."""
    return None if allowed is None else max(0, allowed - used)


def note_on_attempts(
    allowed: int | None, used: int, *, has_open: bool, is_waiting: bool, is_passed: bool
) -> Message | None:
    """Return the line for the module page: what is under way, what waits for a person, or what is left."""
    if has_open:
        return Message(N_("An attempt is under way."))
    if is_passed:
        return None
    if is_waiting:
        return Message(N_("A trainer has an answer to mark."))
    left = attempts_left(allowed, used)
    if left is None:
        return None
    if left == 0:
        return Message(N_("No attempt is left."))
    if left == 1:
        return Message(N_("One attempt is left."))
    return Message(N_("%(count)s attempts are left."), {"count": left})
