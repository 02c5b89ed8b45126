"""What the types with options have in common."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_, Message
from lms.questions.domain.interface import (
    AlwaysClear,
    Body,
    Choice,
    Control,
    Field,
    Holds,
    Place,
    Prepared,
    Rendered,
    Response,
    ReviewLine,
    ToHtml,
    UnfitBody,
    UnfitResponse,
    render_texts,
)

FEWEST_OPTIONS = 2
MOST_OPTIONS = 20


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose; `key` is what responses hold, `fraction` what choosing it adds to the mark."""

    key: str
    name: str
    fraction: Fraction


def option_key(question_key: str, name: str) -> str:
    """Return the key that learners see: it stays from version to version and does not tell the name.

    The name is the author's, and may well be `right` or `wrong`.
    """
    return hashlib.sha256(f"{question_key}/{name}".encode()).hexdigest()[:8]


def read_options(body: Body) -> tuple[Option, ...]:
    """Return the options in the author's order."""
    return tuple(
        Option(option["key"], option["name"], Fraction(option["fraction"]))
        for option in body["options"]
    )


def list_option_problems(options: tuple[Option, ...]) -> Iterator[tuple[Place, Message]]:
    """Yield what no question with options may do."""
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        text = N_("A question has %(least)s to %(most)s options.")
        yield ("options",), Message(text, {"least": FEWEST_OPTIONS, "most": MOST_OPTIONS})
    seen: set[str] = set()
    for at, option in enumerate(options):
        if option.key in seen:
            text = N_("Two options have the key “%(key)s”.")
            yield ("options", at, "key"), Message(text, {"key": option.name})
        seen.add(option.key)


def list_keys(body: Body, *, right: bool) -> list[str]:
    """Return the keys of the options that earn marks, or of the others."""
    return [option.key for option in read_options(body) if (option.fraction > 0) is right]


def write_choices(keys: list[str]) -> Response:
    """Return a response in the form that is kept."""
    return {"choices": sorted(keys)}


class ChoiceType(AlwaysClear, ABC):
    """A type whose response is `{"choices": [option keys]}`, and whose mark is the sum of what is chosen."""

    control: Control

    @abstractmethod
    def list_fraction_problems(
        self, body: Body, options: tuple[Option, ...]
    ) -> Iterator[tuple[Place, Message]]:
        """Yield what breaks the type's rule for the options' fractions."""

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` with all that is wrong with the options."""
        options = read_options(body)
        problems = [*list_option_problems(options), *self.list_fraction_problems(body, options)]
        if problems:
            raise UnfitBody(problems)

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML."""
        return {
            "prompt": render_texts(body["prompt"], to_html),
            "options": [
                {
                    "key": option["key"],
                    "text": render_texts(option["text"], to_html),
                    "feedback": render_texts(option["feedback"], to_html),
                }
                for option in body["options"]
            ],
            "feedback": render_texts(body["feedback"], to_html),
        }

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return an order of the options' keys."""
        order = [option.key for option in read_options(body)]
        if shuffles:
            random.shuffle(order)
        return {"order": order}

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return the one list of options."""
        texts = {option["key"]: option["text"] for option in rendered["options"]}
        choices = tuple(Choice(key, texts[key]) for key in prepared["order"])
        return (Field(("choices",), self.control, Holds.LIST, choices=choices),)

    def read_response(self, body: Body, response: object) -> Response:
        """Return the choices, sorted; an empty list takes an earlier choice back."""
        if not isinstance(response, Mapping) or set(response) != {"choices"}:
            raise UnfitResponse(Message(N_("The response must be an object with “choices” alone.")))
        choices = response["choices"]
        if not isinstance(choices, list) or not all(isinstance(id_, str) for id_ in choices):
            raise UnfitResponse(Message(N_("“choices” must be a list of option ids.")))
        if len(set(choices)) < len(choices):
            raise UnfitResponse(Message(N_("An option is chosen twice.")))
        if not set(choices) <= {option.key for option in read_options(body)}:
            raise UnfitResponse(Message(N_("An option that is chosen is not in the question.")))
        return write_choices(choices)

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether anything is chosen."""
        return bool(response["choices"])

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction:
        """Return the sum of what is chosen, held between 0 and 1."""
        chosen = set() if response is None else set(response["choices"])
        fractions = (option.fraction for option in read_options(body) if option.key in chosen)
        return min(max(sum(fractions, Fraction(0)), Fraction(0)), Fraction(1))

    def right_response(self, body: Body) -> Response:
        """Return the choice of all that is right."""
        return write_choices(list_keys(body, right=True))

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return every option, with why it is right or wrong."""
        texts = {option["key"]: option for option in rendered["options"]}
        fractions = {option.key: option.fraction for option in read_options(body)}
        chosen = set() if response is None else set(response["choices"])
        return tuple(
            ReviewLine(
                texts[key]["text"],
                key in chosen,
                fractions[key] > 0,
                fractions[key],
                texts[key]["feedback"],
                key=key,
            )
            for key in prepared["order"]
        )


def malformed_choices(body: Body) -> tuple[Any, ...]:
    """Return responses that no question with options takes."""
    first = read_options(body)[0].key
    return (
        None,
        [],
        "choices",
        {},
        {"choices": first},
        {"choices": [1]},
        {"choices": [first, first]},
        {"choices": ["no such key"]},
        {"choices": [first], "other": 1},
    )
