"""`bank.yaml`: the questions of a module."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError, validates_schema

from lms.catalogue import CourseFolder, CourseWriter
from lms.catalogue import course_fields as fields
from lms.core.i18n import N_, Message
from lms.questions.domain import TYPES, Bank, BankQuestion, UnfitBody, get_type, option_key

BANK_FILE = "bank.yaml"


class OptionSchema(fields.Schema):
    """An item of `options`."""

    key = fields.Key(required=True)
    fraction = fields.Fraction(required=True)
    text = fields.Texts(fields.InlineMarkdown(), required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), required=True)


class QuestionSchema(fields.Schema):
    """An item of `questions`; its type judges it as soon as its own keys are in order."""

    key = fields.Key(required=True)
    type = fields.OneOf(TYPES, required=True)
    prompt = fields.Texts(fields.InlineMarkdown(), required=True)
    options = fields.ListOf(fields.Item(OptionSchema), required=True)
    feedback = fields.Texts(fields.InlineMarkdown(), load_default=None)

    @validates_schema
    def check_by_type(self, values: dict[str, Any], **kwargs: Any) -> None:
        """Apply the rules of the question's type."""
        try:
            get_type(values["type"]).check(to_body(values))
        except UnfitBody as error:
            raise ValidationError(_nest(error)) from None


def _nest(error: UnfitBody) -> dict[str, Any]:
    """Return the problems as marshmallow nests them."""
    root: dict[Any, Any] = {}
    for place, message in error.problems:
        at = root
        for step in place:
            at = at.setdefault(step, {})
        at.setdefault("_schema", []).append(message)
    return root


class BankSchema(fields.Schema):
    """`bank.yaml`."""

    questions = fields.ListOf(fields.Item(QuestionSchema), required=True)


def to_body(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question as its type takes it: plain JSON, the author's option keys as names."""
    return {
        "key": values["key"],
        "prompt": values["prompt"],
        "options": [
            {
                "key": option_key(values["key"], option["key"]),
                "name": option["key"],
                "fraction": str(option["fraction"]),
                "text": option["text"],
                "feedback": option["feedback"],
            }
            for option in values["options"]
        ],
        "feedback": values["feedback"],
    }


def read_bank(folder: CourseFolder) -> Bank | None:
    """Read `bank.yaml`; a module without one has an empty bank."""
    if not folder.has(BANK_FILE):
        return Bank({})
    document = folder.read_document(BANK_FILE)
    if document is None:
        return None
    has_twins = _refuse_twins(folder, document)
    file = folder.fit(BANK_FILE, document, BankSchema())
    if file is None or has_twins:
        return None
    return Bank(
        {
            values["key"]: BankQuestion(values["type"], to_body(values))
            for values in file.values["questions"]
        }
    )


def _refuse_twins(folder: CourseFolder, document: Any) -> bool:
    """Tell of keys that two questions have, whatever else is wrong with the questions."""
    listed = document.value.get("questions") if isinstance(document.value, dict) else None
    seen: set[str] = set()
    has_twins = False
    for at, question in enumerate(listed if isinstance(listed, list) else []):
        key = question.get("key") if isinstance(question, dict) else None
        if not isinstance(key, str):
            continue
        if key in seen:
            has_twins = True
            text = N_("Two questions have the key “%(key)s”.")
            line = document.line("questions", at, "key")
            folder.fault(BANK_FILE, line, Message(text, {"key": key}))
        seen.add(key)
    return has_twins


def write_bank(writer: CourseWriter, bank: Bank) -> None:
    """Write `bank.yaml`, unless there is nothing in it."""
    if not bank.questions:
        return
    writer.write_yaml(
        BANK_FILE, {"questions": [_to_yaml(question) for question in bank.questions.values()]}
    )


def _to_yaml(question: BankQuestion) -> dict[str, Any]:
    body = question.body
    values = {
        "key": body["key"],
        "type": question.type,
        "prompt": body["prompt"],
        "options": [
            {
                "key": option["name"],
                "fraction": _plain(option["fraction"]),
                "text": option["text"],
                "feedback": option["feedback"],
            }
            for option in body["options"]
        ],
    }
    if body["feedback"]:
        values["feedback"] = body["feedback"]
    return values


def _plain(fraction: str) -> int | str:
    """Return a whole number as such, so that YAML does not quote it."""
    exact = Fraction(fraction)
    return exact.numerator if exact.denominator == 1 else fraction
