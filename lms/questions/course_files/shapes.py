"""What a question of each type looks like in `bank.yaml`, and how it becomes the body that the type takes.

Authors' keys become opaque ones, since an author may call an option `right`; the body keeps the author's as `name`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, validates_schema
from marshmallow import fields as marshmallow_fields

from lms.catalogue import course_fields as fields
from lms.core.i18n import N_, Message
from lms.questions.domain import DEEPEST_CATEGORY, MOST_TAGS, UnfitBody, get_type, option_key

LONGEST_UNIT = 40


class Category(marshmallow_fields.Field[str]):
    """Keys joined by slashes, the widest first."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        keys = fields.read_text(value).split("/")
        if len(keys) > DEEPEST_CATEGORY or not all(map(fields.is_key, keys)):
            raise fields.refuse(
                N_("A category is 1 to %(most)s keys joined by /, such as registration/methods."),
                most=DEEPEST_CATEGORY,
            )
        return "/".join(keys)


class Tags(fields.ListOf):
    """Keys, each once; their order means nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        tags = super()._deserialize(value, attr, data, **kwargs)
        if len(tags) > MOST_TAGS:
            raise fields.refuse(N_("At most %(most)s can be listed here."), most=MOST_TAGS)
        twice = {at for at, tag in enumerate(tags) if tag in tags[:at]}
        if twice:
            text = N_("The key “%(key)s” stands twice.")
            raise ValidationError({at: [Message(text, {"key": tags[at]})] for at in sorted(twice)})
        return tags


class QuestionSchema(fields.Schema):
    """What every question has; its type judges it as soon as its own keys are in order."""

    key = fields.Key(required=True)
    type: marshmallow_fields.Field[str] = fields.Text(required=True)
    category = Category(load_default="")
    tags = Tags(fields.Key(), load_default=list)
    prompt = fields.Texts(fields.InlineMarkdown(), required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), load_default=None)

    @validates_schema
    def check_by_type(self, values: dict[str, Any], **kwargs: Any) -> None:
        """Apply the rules of the question's type."""
        try:
            get_type(values["type"]).check(self.to_body(values))
        except UnfitBody as error:
            raise ValidationError(_nest(error)) from None

    def to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a question as its type takes it: plain JSON."""
        return {
            "key": values["key"],
            "prompt": values["prompt"],
            "feedback": values["feedback"],
            **self.own_to_body(values),
        }

    def to_yaml(self, type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a body as an author writes it."""
        values = {
            "key": body["key"],
            "type": type_,
            "prompt": body["prompt"],
            **self.own_to_yaml(body),
        }
        if body["feedback"]:
            values["feedback"] = body["feedback"]
        return values

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the type adds to the body."""
        return {}

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the type adds to the file."""
        return {}


def _nest(error: UnfitBody) -> dict[str, Any]:
    """Return the problems as marshmallow nests them."""
    root: dict[Any, Any] = {}
    for place, message in error.problems:
        at = root
        for step in place:
            at = at.setdefault(step, {})
        at.setdefault("_schema", []).append(message)
    return root


def _plain(fraction: str) -> int | str:
    """Return a whole number as such, so that YAML does not quote it."""
    exact = Fraction(fraction)
    return exact.numerator if exact.denominator == 1 else fraction


def _unquoted(number: str) -> int | str:
    """Return a whole number as such, so that YAML does not quote it, if it is written back as the same text."""
    return int(number) if re.fullmatch(r"0|-?[1-9][0-9]*", number) else number


class OptionSchema(fields.Schema):
    """An item of the `options` to choose from."""

    key = fields.Key(required=True)
    fraction = fields.Fraction(required=True)
    text = fields.Texts(fields.InlineMarkdown(), required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), required=True)


class ChoiceSchema(QuestionSchema):
    """A single or multiple choice."""

    options = fields.ListOf(fields.Item(OptionSchema), required=True)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "options": [
                {
                    "key": option_key(values["key"], option["key"]),
                    "name": option["key"],
                    "fraction": str(option["fraction"]),
                    "text": option["text"],
                    "feedback": option["feedback"],
                }
                for option in values["options"]
            ]
        }

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "options": [
                {
                    "key": option["name"],
                    "fraction": _plain(option["fraction"]),
                    "text": option["text"],
                    "feedback": option["feedback"],
                }
                for option in body["options"]
            ]
        }


class MultipleChoiceSchema(ChoiceSchema):
    """A choice of several, which share the mark or earn it together."""

    all_or_nothing = fields.YesNo(load_default=False)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().own_to_body(values), "all_or_nothing": values["all_or_nothing"]}

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {"all_or_nothing": True} if body["all_or_nothing"] else {}
        return {**values, **super().own_to_yaml(body)}


class TrueFalseSchema(QuestionSchema):
    """A statement: which word is right, and why, for whoever chose each."""

    answer = fields.YesNo(required=True)
    feedback_true = fields.Texts(fields.InlineMarkdown(), required=True)
    feedback_false = fields.Texts(fields.InlineMarkdown(), required=True)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in ("answer", "feedback_true", "feedback_false")}

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {name: body[name] for name in ("answer", "feedback_true", "feedback_false")}


class AcceptedSchema(fields.Schema):
    """An item of `answers`: what is accepted in each language, the first text being the one that is shown."""

    fraction = fields.Fraction(required=True)
    accept = fields.ListsOfTexts(required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), required=True)


class ShortAnswerSchema(QuestionSchema):
    """A word or a few."""

    capitals = fields.YesNo(load_default=False)
    answers = fields.ListOf(fields.Item(AcceptedSchema), required=True, least=1)
    otherwise = fields.Texts(fields.InlineMarkdown(), required=True)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "keeps_case": values["capitals"],
            "answers": [
                {
                    "fraction": str(answer["fraction"]),
                    "accept": answer["accept"],
                    "feedback": answer["feedback"],
                }
                for answer in values["answers"]
            ],
            "otherwise": values["otherwise"],
        }

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {"capitals": True} if body["keeps_case"] else {}
        values["answers"] = [
            {**answer, "fraction": _plain(answer["fraction"])} for answer in body["answers"]
        ]
        values["otherwise"] = body["otherwise"]
        return values


class MatchOptionSchema(fields.Schema):
    """An item of the `options` that things are matched with."""

    key = fields.Key(required=True)
    text = fields.Texts(fields.InlineMarkdown(), required=True)


class PairSchema(fields.Schema):
    """An item of `pairs`: something to match, and the key of its option."""

    key = fields.Key(required=True)
    prompt = fields.Texts(fields.InlineMarkdown(), required=True)
    option = fields.Key(required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), required=True)


class MatchingSchema(QuestionSchema):
    """Things to match with options; an option may fit several or none."""

    options = fields.ListOf(fields.Item(MatchOptionSchema), required=True)
    pairs = fields.ListOf(fields.Item(PairSchema), required=True)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        question = values["key"]
        return {
            "options": [
                {
                    "key": option_key(question, f"option/{option['key']}"),
                    "name": option["key"],
                    "text": option["text"],
                }
                for option in values["options"]
            ],
            "pairs": [
                {
                    "key": option_key(question, f"pair/{pair['key']}"),
                    "name": pair["key"],
                    "prompt": pair["prompt"],
                    "option": option_key(question, f"option/{pair['option']}"),
                    "feedback": pair["feedback"],
                }
                for pair in values["pairs"]
            ],
        }

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        names = {option["key"]: option["name"] for option in body["options"]}
        return {
            "options": [
                {"key": option["name"], "text": option["text"]} for option in body["options"]
            ],
            "pairs": [
                {
                    "key": pair["name"],
                    "prompt": pair["prompt"],
                    "option": names[pair["option"]],
                    "feedback": pair["feedback"],
                }
                for pair in body["pairs"]
            ],
        }


class Decimal(marshmallow_fields.Field[str]):
    """An exact number such as `1250`, `-3` or `0.25`, as a text that stays as it is."""

    default_error_messages = fields.Fraction.default_error_messages

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = fields.read_text(value).replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,9})?", text):
            raise fields.refuse(N_("A number such as 1250, -3 or 0.25 is expected here."))
        return text


class Multiplier(marshmallow_fields.Field[str]):
    """How many of the answers' unit a unit is, such as `1000` or `1/60`."""

    default_error_messages = fields.Fraction.default_error_messages

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = fields.read_text(value)
        if not re.fullmatch(r"[0-9]{1,12}(/0*[1-9][0-9]{0,11}|\.[0-9]{1,9})?", text):
            raise fields.refuse(N_("A number such as 1000, 1/60 or 0.001 is expected here."))
        return text


class UnitSchema(fields.Schema):
    """An item of the `units` to choose from; its text can be typed as well, so it is plain."""

    key = fields.Key(required=True)
    text = fields.Texts(fields.Text(longest=LONGEST_UNIT), required=True)
    multiplier = Multiplier(required=True)


class NumberSchema(fields.Schema):
    """An item of `answers`: a number, and how far from it is near enough."""

    fraction = fields.Fraction(required=True)
    value = Decimal(required=True)
    tolerance = Decimal(load_default=None)
    tolerance_percent = Decimal(load_default=None)
    feedback = fields.Texts(fields.InlineMarkdown(), required=True)


class NumericalSchema(QuestionSchema):
    """A number."""

    units = fields.ListOf(fields.Item(UnitSchema), load_default=list)
    answers = fields.ListOf(fields.Item(NumberSchema), required=True, least=1)
    otherwise = fields.Texts(fields.InlineMarkdown(), required=True)

    def own_to_body(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "units": [
                {
                    "key": option_key(values["key"], f"unit/{unit['key']}"),
                    "name": unit["key"],
                    "text": unit["text"],
                    "multiplier": unit["multiplier"],
                }
                for unit in values["units"]
            ],
            "answers": [
                {
                    "fraction": str(answer["fraction"]),
                    "value": answer["value"],
                    "tolerance": answer["tolerance"],
                    "tolerance_percent": answer["tolerance_percent"],
                    "feedback": answer["feedback"],
                }
                for answer in values["answers"]
            ],
            "otherwise": values["otherwise"],
        }

    def own_to_yaml(self, body: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        if body["units"]:
            values["units"] = [
                {
                    "key": unit["name"],
                    "text": unit["text"],
                    "multiplier": _unquoted(unit["multiplier"]),
                }
                for unit in body["units"]
            ]
        values["answers"] = [
            {
                "fraction": _plain(answer["fraction"]),
                **{
                    name: _unquoted(answer[name])
                    for name in ("value", "tolerance", "tolerance_percent")
                    if answer[name] is not None
                },
                "feedback": answer["feedback"],
            }
            for answer in body["answers"]
        ]
        values["otherwise"] = body["otherwise"]
        return values


SHAPES: Mapping[str, QuestionSchema] = {
    "single_choice": ChoiceSchema(),
    "multiple_choice": MultipleChoiceSchema(),
    "true_false": TrueFalseSchema(),
    "short_answer": ShortAnswerSchema(),
    "matching": MatchingSchema(),
    "numerical": NumericalSchema(),
}
