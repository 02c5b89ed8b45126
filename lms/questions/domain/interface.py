"""What every question type offers, and the values that pass between it and the rooms above."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from lms.core.errors import Invalid
from lms.core.i18n import N_, Message

# What the database keeps: plain JSON.
Body = Mapping[str, Any]
Prepared = Mapping[str, Any]
Response = Mapping[str, Any]

# From an author's text to HTML that is safe to show.
ToHtml = Callable[[str], str]

# The way to what is wrong in a body: keys and indices.
Place = tuple[str | int, ...]


class UnfitBody(ValueError):
    """A question that breaks the rules of its type; `problems` are places and messages."""

    def __init__(self, problems: Sequence[tuple[Place, Message]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{place}: {message}" for place, message in problems))


class UnfitResponse(Invalid):
    """A response that is no answer to its question; the message says why."""

    text = N_("This is not an answer to the question.")

    def __init__(self, reason: Message) -> None:
        super().__init__({"response": reason})
        self.message = reason


@dataclass(frozen=True, slots=True)
class Examples:
    """Responses that a test can give: complete ones with what they earn, and some that are refused."""

    right: tuple[Mapping[str, Any], ...]
    partly_right: tuple[Mapping[str, Any], ...]
    wrong: tuple[Mapping[str, Any], ...]
    malformed: tuple[Any, ...]


class QuestionType(Protocol):
    """One type of question. Nothing here reads a clock, a request or a locale.

    A `body` is what the author wrote, as JSON: `key`, `prompt`, `feedback`, and what the type adds. It was checked
    before it was stored.
    """

    @property
    def name(self) -> str:
        """The name in course files and in the API."""

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` with all that breaks the rules of the type."""

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return the body's texts as HTML, in the body's own shape; `to_html` makes one of them."""

    def prepare(self, body: Body, random: Random) -> Prepared:
        """Return what is fixed for one attempt, such as the order of the options."""

    def read_response(self, body: Body, response: object) -> Response:
        """Return the response in the form that is kept; raises `UnfitResponse`."""

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether a response that was read answers the question, rightly or not."""

    def grade(self, body: Body, response: Response | None) -> Fraction:
        """Return the mark of a response that was read, between 0 and 1. No answer earns 0."""

    def right_response(self, body: Body) -> Response:
        """Return a response that earns the full mark."""

    def examples(self, body: Body) -> Examples:
        """Return responses to try the question with."""
