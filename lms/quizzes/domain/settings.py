"""The settings of a quiz, as course files and tables hold them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lms.core.i18n import N_, Message


@dataclass(frozen=True, slots=True)
class QuizSettings:
    """How many questions are drawn, the mark that passes (0 to 1), and how many attempts there are (None: no limit)."""

    title: Mapping[str, str]
    intro: Mapping[str, str]
    draw: int
    pass_mark: Decimal
    attempts_allowed: int | None

    def __post_init__(self) -> None:
        if self.draw < 1:
            raise ValueError("a quiz draws at least one question")
        if not 0 <= self.pass_mark <= 1:
            raise ValueError("a pass mark lies between 0 and 1")
        if self.attempts_allowed is not None and self.attempts_allowed < 1:
            raise ValueError("a limit of attempts is at least one")


def attempts_left(allowed: int | None, used: int) -> int | None:
    """Return how many attempts may still be started; None where there is no limit."""
    return None if allowed is None else max(0, allowed - used)


def note_on_attempts(
    allowed: int | None, used: int, *, has_open: bool, is_passed: bool
) -> Message | None:
    """Return the line for the module page: what is under way, or what is left."""
    if has_open:
        return Message(N_("An attempt is under way."))
    left = attempts_left(allowed, used)
    if is_passed or left is None:
        return None
    if left == 0:
        return Message(N_("No attempt is left."))
    if left == 1:
        return Message(N_("One attempt is left."))
    return Message(N_("%(count)s attempts are left."), {"count": left})
