"""A word or a few, compared with the answers that the author accepts."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_, Message
from lms.questions.domain.interface import (
    AlwaysClear,
    Body,
    Control,
    Examples,
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
from lms.questions.domain.written import fits

LONGEST_ANSWER = 500


class ShortAnswer(AlwaysClear):
    """The body has `answers`, each with a fraction and what is accepted in each language, and `keeps_case`.

    Every language's answers are accepted from everybody. Of several that fit, the best counts.
    """

    name = "short_answer"

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` unless an answer earns the full mark, and the first text of each can be shown."""
        problems: list[tuple[Place, Message]] = []
        for at, answer in enumerate(body["answers"]):
            if not 0 <= Fraction(answer["fraction"]) <= 1:
                text = N_("In a short answer, a fraction lies between 0 and 1.")
                problems.append((("answers", at, "fraction"), Message(text)))
            for language, texts in answer["accept"].items():
                if "*" in texts[0].replace("\\*", ""):
                    text = N_("The first text is shown in the review, so it cannot hold a *.")
                    problems.append((("answers", at, "accept", language, 0), Message(text)))
        if not any(Fraction(answer["fraction"]) == 1 for answer in body["answers"]):
            problems.append(
                (("answers",), Message(N_("At least one answer must have the fraction 1.")))
            )
        if problems:
            raise UnfitBody(problems)

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML."""
        return {
            "prompt": render_texts(body["prompt"], to_html),
            "feedback": render_texts(body["feedback"], to_html),
            "otherwise": render_texts(body["otherwise"], to_html),
            "answers": [
                {"feedback": render_texts(answer["feedback"], to_html)}
                for answer in body["answers"]
            ],
        }

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return nothing: there is nothing to shuffle."""
        return {}

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return the one line to write on."""
        return (Field(("text",), Control.TEXT, Holds.TEXT, Message(N_("Your answer"))),)

    def read_response(self, body: Body, response: object) -> Response:
        """Return `{"text": …}`, composed and without blanks at the ends; an empty one takes an answer back."""
        if not isinstance(response, Mapping) or set(response) != {"text"}:
            raise UnfitResponse(Message(N_("The response must be an object with “text” alone.")))
        text = response["text"]
        if not isinstance(text, str):
            raise UnfitResponse(Message(N_("“text” must be a text.")))
        if len(text) > LONGEST_ANSWER:
            message = N_("An answer has at most %(most)s characters; this one has %(count)s.")
            raise UnfitResponse(Message(message, {"most": LONGEST_ANSWER, "count": len(text)}))
        return {"text": unicodedata.normalize("NFC", text).strip()}

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether anything is written."""
        return bool(response["text"])

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction:
        """Return the fraction of the best answer that fits, 0 if none does."""
        at = self._find(body, response)
        return Fraction(0) if at is None else Fraction(body["answers"][at]["fraction"])

    def _find(self, body: Body, response: Response | None) -> int | None:
        """Return the place of the best answer that fits: with its accents, or else without."""
        if response is None or not response["text"]:
            return None
        for keeps_accents in (True, False):
            fitting = [
                at
                for at, answer in enumerate(body["answers"])
                if any(
                    fits(
                        response["text"],
                        accepted,
                        keeps_case=body["keeps_case"],
                        keeps_accents=keeps_accents,
                    )
                    for accepted_texts in answer["accept"].values()
                    for accepted in accepted_texts
                )
            ]
            if fitting:
                return max(fitting, key=lambda at: Fraction(body["answers"][at]["fraction"]))
        return None

    def right_response(self, body: Body) -> Response:
        """Return the first text of the first answer that earns the full mark."""
        answer = next(a for a in body["answers"] if Fraction(a["fraction"]) == 1)
        return {"text": _plain(next(iter(answer["accept"].values()))[0])}

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return what was written with its feedback, then each full answer that was not."""
        lines = []
        found = self._find(body, response)
        if response is not None and response["text"]:
            fraction = self.grade(body, response, language)
            feedback = (
                rendered["otherwise"] if found is None else rendered["answers"][found]["feedback"]
            )
            written = dict.fromkeys(rendered["prompt"], html.escape(response["text"]))
            lines.append(ReviewLine(written, True, fraction == 1, fraction, feedback))
        for at, answer in enumerate(body["answers"]):
            if at != found and Fraction(answer["fraction"]) == 1:
                shown = {
                    language: html.escape(_plain(texts[0]))
                    for language, texts in answer["accept"].items()
                }
                feedback = rendered["answers"][at]["feedback"]
                lines.append(ReviewLine(shown, False, True, Fraction(1), feedback))
        return tuple(lines)

    def examples(self, body: Body) -> Examples:
        """Return what each answer shows, and a text that nobody accepts."""
        shown = [
            ({"text": _plain(texts[0])}, Fraction(answer["fraction"]))
            for answer in body["answers"]
            for texts in answer["accept"].values()
        ]
        return Examples(
            right=tuple(text for text, fraction in shown if fraction == 1),
            partly_right=tuple(text for text, fraction in shown if 0 < fraction < 1),
            wrong=tuple(text for text, fraction in shown if fraction == 0),
            malformed=(
                None,
                [],
                {},
                "text",
                {"text": 1},
                {"text": None},
                {"text": "x" * (LONGEST_ANSWER + 1)},
                {"text": "x", "other": 1},
            ),
        )


def _plain(accepted: str) -> str:
    return accepted.replace("\\*", "*")
