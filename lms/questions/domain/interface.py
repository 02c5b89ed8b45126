"""What every question type offers, and the values that pass between it and the rooms above.

A type declares its form as fields and its review as lines, so that one template and one script serve all types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from random import Random
from typing import Any, Protocol

from lms.core.errors import Invalid
from lms.core.i18n import N_, Message

# What the database keeps: plain JSON.
Body = Mapping[str, Any]
Rendered = Mapping[str, Any]
Prepared = Mapping[str, Any]
Response = Mapping[str, Any]

# From an author's text to HTML that is safe to show.
ToHtml = Callable[[str], str]

# The way to what is wrong in a body: keys and indices.
Place = tuple[str | int, ...]


# By language, as HTML that is safe to show; or a word of the interface.
Shown = Mapping[str, str] | Message


class Control(StrEnum):
    """What a field looks like."""

    RADIO = "radio"
    CHECKBOXES = "checkboxes"
    SELECT = "select"
    TEXT = "text"


class Holds(StrEnum):
    """What a field puts into the response: a list of what is chosen, one text, or true or false."""

    LIST = "list"
    TEXT = "text"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose in a field."""

    value: str
    text: Shown


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a question's form; `path` leads to its value in the response."""

    path: tuple[str, ...]
    control: Control
    holds: Holds
    # None: the prompt says it all.
    label: Shown | None = None
    choices: tuple[Choice, ...] = ()

    def read(self, values: Sequence[str]) -> object:
        """Return what the field holds, from the values that a form sent under its name."""
        match self.holds:
            case Holds.LIST:
                return list(values)
            case Holds.TRUTH:
                # Any other word stays as it is, for the type to refuse.
                return {"true": True, "false": False}.get(values[0], values[0]) if values else None
            case Holds.TEXT:
                return values[0] if values else ""

    def find(self, response: Response | None) -> tuple[str, ...]:
        """Return the field's values in a response that was read, as a form shows them."""
        value: Any = response
        for step in self.path:
            value = value.get(step) if isinstance(value, Mapping) else None
        match value:
            case None | "":
                return ()
            case bool():
                return ("true" if value else "false",)
            case list():
                return tuple(value)
            case _:
                return (str(value),)


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """What a review says of one option, pair or answer: was it given, was it right, what was it worth, and why."""

    text: Shown
    is_given: bool
    is_right: bool
    fraction: Fraction
    feedback: Shown | None = None
    # What was given, where the line shows what was right or is accepted.
    given: Shown | None = None
    # The option's or pair's key, where the line is about one.
    key: str | None = None


def render_texts(texts: Mapping[str, str] | None, to_html: ToHtml) -> dict[str, str]:
    """Return a text as HTML in each of its languages; none is empty."""
    return {language: to_html(text) for language, text in (texts or {}).items()}


def build_response(fields: Sequence[Field], values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the response that a form's values make; the names are the fields' paths, joined by dots."""
    response: dict[str, Any] = {}
    for field in fields:
        at = response
        for step in field.path[:-1]:
            at = at.setdefault(step, {})
        at[field.path[-1]] = field.read(values.get(".".join(field.path), ()))
    return response


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


class AlwaysClear:
    """For types whose every response can be understood, once it was read."""

    def find_problem(self, body: Body, response: Response, language: str) -> Message | None:
        """Return nothing."""
        return None


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

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return what is fixed for one attempt, such as the order of the options.

        Without `shuffles` it is the author's, unless that would tell what is right.
        """

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return the form, in the order of what was prepared."""

    def read_response(self, body: Body, response: object) -> Response:
        """Return the response in the form that is kept; raises `UnfitResponse`."""

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether a response that was read answers the question, rightly or not."""

    def find_problem(self, body: Body, response: Response, language: str) -> Message | None:
        """Return why a response that was read cannot be understood, for the learner to mend it; None if it can.

        `language` is the one in which it was given.
        """

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction | None:
        """Return the mark of a response that was read, between 0 and 1. No answer earns 0.

        None where it cannot be understood: a person decides, and nothing is guessed.
        """

    def right_response(self, body: Body) -> Response:
        """Return a response that earns the full mark."""

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return what a review says, in the order in which the form stood.

        `language` is the one in which the response was given.
        """

    def examples(self, body: Body) -> Examples:
        """Return responses to try the question with."""
