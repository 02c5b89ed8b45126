"""`bank.yaml`: the questions of a module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE
from marshmallow import fields as marshmallow_fields

from lms.catalogue import CourseFolder, CourseWriter
from lms.catalogue import course_fields as fields
from lms.core.i18n import N_, Message
from lms.questions.course_files.shapes import SHAPES, QuestionSchema
from lms.questions.domain import Bank, BankQuestion

BANK_FILE = "bank.yaml"


class Question(marshmallow_fields.Field[Any]):
    """An item of `questions`, read by the schema of its type."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> BankQuestion:
        type_ = value.get("type") if isinstance(value, dict) else None
        # A question without a known type is told so, and all that every question has.
        schema = SHAPES.get(str(type_), UNKNOWN)
        values = schema.load(value)
        return BankQuestion(
            values["type"], schema.to_body(values), values["category"], frozenset(values["tags"])
        )


class UnknownType(QuestionSchema):
    """A question whose type is not known; its own keys are no faults then."""

    class Meta:
        unknown = EXCLUDE

    type = fields.OneOf(SHAPES, required=True)


UNKNOWN = UnknownType()


class BankSchema(fields.Schema):
    """`bank.yaml`."""

    questions = fields.ListOf(Question(), required=True)


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
    return Bank({question.body["key"]: question for question in file.values["questions"]})


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


def write_question(type_: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question version under the keys that its author knows."""
    return SHAPES[type_].to_yaml(type_, body)


def _to_yaml(question: BankQuestion) -> dict[str, Any]:
    values = write_question(question.type, question.body)
    filed: dict[str, Any] = {}
    if question.category:
        filed["category"] = question.category
    if question.tags:
        filed["tags"] = sorted(question.tags)
    return {"key": values.pop("key"), "type": values.pop("type"), **filed, **values}
