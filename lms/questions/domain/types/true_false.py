"""A statement that is true or false."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_, Message
from lms.questions.domain.interface import (
    AlwaysClear,
    Body,
    Choice,
    Control,
    Examples,
    Field,
    Holds,
    Prepared,
    Rendered,
    Response,
    ReviewLine,
    ToHtml,
    UnfitResponse,
    render_texts,
)

WORDS = {"true": Message(N_("True")), "false": Message(N_("False"))}


class TrueFalse(AlwaysClear):
    """The body says which is right in `answer`, and why in `feedback_true` and `feedback_false`."""

    name = "true_false"

    def check(self, body: Body) -> None:
        """Every body of the right shape is fit."""

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML."""
        texts = ("prompt", "feedback", "feedback_true", "feedback_false")
        return {name: render_texts(body[name], to_html) for name in texts}

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return nothing: true always comes before false."""
        return {}

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return the two words."""
        choices = tuple(Choice(value, word) for value, word in WORDS.items())
        return (Field(("value",), Control.RADIO, Holds.TRUTH, choices=choices),)

    def read_response(self, body: Body, response: object) -> Response:
        """Return `{"value": true or false}`; null takes an earlier answer back."""
        if not isinstance(response, Mapping) or set(response) != {"value"}:
            raise UnfitResponse(Message(N_("The response must be an object with “value” alone.")))
        value = response["value"]
        if value is not None and not isinstance(value, bool):
            raise UnfitResponse(Message(N_("“value” must be true or false.")))
        return {"value": value}

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether one of them was chosen."""
        return response["value"] is not None

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction:
        """Return 1 for the right word, else 0."""
        is_right = response is not None and response["value"] is body["answer"]
        return Fraction(int(is_right))

    def right_response(self, body: Body) -> Response:
        """Return the right word."""
        return {"value": body["answer"]}

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return both words, with why."""
        given = None if response is None else response["value"]
        return tuple(
            ReviewLine(
                word,
                given is (value == "true"),
                body["answer"] is (value == "true"),
                Fraction(int(body["answer"] is (value == "true"))),
                rendered[f"feedback_{value}"],
            )
            for value, word in WORDS.items()
        )

    def examples(self, body: Body) -> Examples:
        """Return the right word and the wrong one."""
        return Examples(
            right=(self.right_response(body),),
            partly_right=(),
            wrong=({"value": not body["answer"]},),
            malformed=(None, [], {}, {"value": "true"}, {"value": 1}, {"value": True, "other": 1}),
        )
