"""Things to match, each with one of the options; an option may fit several of them or none."""

from __future__ import annotations

from collections import Counter
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

FEWEST, MOST = 2, 20


class Matching(AlwaysClear):
    """The body has `options`, and `pairs` whose `option` is the key of the one that fits; each pair weighs the same."""

    name = "matching"

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` unless every pair names an option, and no key stands twice."""
        problems: list[tuple[Place, Message]] = []
        for part in ("options", "pairs"):
            count = len(body[part])
            if not FEWEST <= count <= MOST:
                text = N_("There must be %(least)s to %(most)s of these; there are %(count)s.")
                params = {"least": FEWEST, "most": MOST, "count": count}
                problems.append(((part,), Message(text, params)))
            twice = {
                key for key, times in Counter(i["key"] for i in body[part]).items() if times > 1
            }
            problems += [
                (
                    (part, at, "key"),
                    Message(N_("The key “%(key)s” stands twice."), {"key": item["name"]}),
                )
                for at, item in enumerate(body[part])
                if item["key"] in twice
            ]
        known = {option["key"] for option in body["options"]}
        problems += [
            ((("pairs", at, "option")), Message(N_("There is no option under this key.")))
            for at, pair in enumerate(body["pairs"])
            if pair["option"] not in known
        ]
        if problems:
            raise UnfitBody(problems)

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML."""
        return {
            "prompt": render_texts(body["prompt"], to_html),
            "feedback": render_texts(body["feedback"], to_html),
            "options": [
                {"key": option["key"], "text": render_texts(option["text"], to_html)}
                for option in body["options"]
            ],
            "pairs": [
                {
                    "key": pair["key"],
                    "prompt": render_texts(pair["prompt"], to_html),
                    "feedback": render_texts(pair["feedback"], to_html),
                }
                for pair in body["pairs"]
            ],
        }

    def prepare(self, body: Body, random: Random, *, shuffles: bool) -> Prepared:
        """Return shuffled orders of both sides, whatever is asked: the author's would tell."""
        order = [option["key"] for option in body["options"]]
        prompts = [pair["key"] for pair in body["pairs"]]
        random.shuffle(order)
        random.shuffle(prompts)
        return {"order": order, "prompts": prompts}

    def list_fields(self, body: Body, rendered: Rendered, prepared: Prepared) -> tuple[Field, ...]:
        """Return a list of options for each thing to match."""
        texts = {option["key"]: option["text"] for option in rendered["options"]}
        prompts = {pair["key"]: pair["prompt"] for pair in rendered["pairs"]}
        choices = tuple(Choice(key, texts[key]) for key in prepared["order"])
        return tuple(
            Field(("pairs", key), Control.SELECT, Holds.TEXT, prompts[key], choices)
            for key in prepared["prompts"]
        )

    def read_response(self, body: Body, response: object) -> Response:
        """Return `{"pairs": {prompt: option}}` without those that are open; an empty text leaves one open."""
        if not isinstance(response, Mapping) or set(response) != {"pairs"}:
            raise UnfitResponse(Message(N_("The response must be an object with “pairs” alone.")))
        pairs = response["pairs"]
        if not isinstance(pairs, Mapping) or not all(
            option is None or isinstance(option, str) for option in pairs.values()
        ):
            raise UnfitResponse(Message(N_("“pairs” must lead from prompt ids to option ids.")))
        known = {option["key"] for option in body["options"]}
        chosen = {key: option for key, option in pairs.items() if option}
        if (
            not set(pairs) <= {pair["key"] for pair in body["pairs"]}
            or not set(chosen.values()) <= known
        ):
            raise UnfitResponse(Message(N_("A pair that is made is not in the question.")))
        return {"pairs": dict(sorted(chosen.items()))}

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether everything is matched."""
        return len(response["pairs"]) == len(body["pairs"])

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction:
        """Return the share of the pairs that are right."""
        made = {} if response is None else response["pairs"]
        right = sum(made.get(pair["key"]) == pair["option"] for pair in body["pairs"])
        return Fraction(right, len(body["pairs"]))

    def right_response(self, body: Body) -> Response:
        """Return every pair as it should be."""
        return {"pairs": dict(sorted((pair["key"], pair["option"]) for pair in body["pairs"]))}

    def explain(
        self,
        body: Body,
        rendered: Rendered,
        prepared: Prepared,
        response: Response | None,
        language: str,
    ) -> tuple[ReviewLine, ...]:
        """Return every pair as it should be, and what was chosen instead."""
        made = {} if response is None else response["pairs"]
        texts = {option["key"]: option["text"] for option in rendered["options"]}
        shown = {pair["key"]: pair for pair in rendered["pairs"]}
        right = self.right_response(body)["pairs"]
        return tuple(
            ReviewLine(
                {
                    language: f"{prompt} → {texts[right[key]].get(language, '')}"
                    for language, prompt in shown[key]["prompt"].items()
                },
                made.get(key) == right[key],
                True,
                Fraction(1, len(right)),
                shown[key]["feedback"],
                given=texts[made[key]] if key in made and made[key] != right[key] else None,
                key=key,
            )
            for key in prepared["prompts"]
        )

    def examples(self, body: Body) -> Examples:
        """Return everything matched, one pair alone, and each pair wrong."""
        right = dict(self.right_response(body)["pairs"])
        options = [option["key"] for option in body["options"]]
        wrong = {
            key: next(other for other in options if other != option)
            for key, option in right.items()
        }
        first = next(iter(right))
        return Examples(
            right=({"pairs": right},),
            partly_right=({"pairs": {**wrong, first: right[first]}},),
            wrong=({"pairs": wrong},),
            malformed=(
                None,
                [],
                {},
                {"pairs": []},
                {"pairs": {first: 1}},
                {"pairs": {first: "no such option"}},
                {"pairs": {"no such prompt": options[0]}},
                {"pairs": right, "other": 1},
            ),
        )
