"""Questions as learners see them: the fields and reviews that their types declare, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext

from lms.core.i18n import Message, pick_language, pick_text
from lms.questions.domain import Control, Field, Holds, ReviewLine, Shown
from lms.quizzes.queries import CurrentAnswer, SlotQuestion


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Something to choose."""

    id: str
    html: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A part of a question's form; `path` leads to its value in the response, joined by dots."""

    path: str
    control: Control
    holds: Holds
    label_html: str
    choices: tuple[ChoiceView, ...]
    # What is written, in a field of text.
    value: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """A question to answer; `revision` is 0 before the first answer."""

    number: int
    type: str
    prompt_html: str
    language: str
    fields: tuple[FieldView, ...]
    answer: Mapping[str, Any] | None
    revision: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a review: an option, a pair or an answer, what it was worth and why."""

    id: str | None
    html: str
    is_given: bool
    is_right: bool
    fraction: Fraction
    feedback_html: str
    # What was given instead of it.
    given_html: str


@dataclass(frozen=True, slots=True)
class ReviewedSlot:
    """A question after submission; `mark` is between 0 and 1."""

    number: int
    type: str
    prompt_html: str
    language: str
    lines: tuple[LineView, ...]
    mark: Fraction
    feedback_html: str

    @property
    def is_answered(self) -> bool:
        """Whether anything was given."""
        return any(line.is_given or line.given_html for line in self.lines)


def show_slot(
    question: SlotQuestion, answer: CurrentAnswer | None, *, language: str, fallback: str
) -> SlotView:
    """Return a question to answer, without a word of what is right."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    response = answer.response if answer else None
    return SlotView(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        tuple(_show_field(field, response, shown) for field in question.fields),
        response,
        answer.revision if answer else 0,
    )


def _show_field(field: Field, response: Mapping[str, Any] | None, language: str) -> FieldView:
    values = field.find(response)
    return FieldView(
        ".".join(field.path),
        field.control,
        field.holds,
        _in_language(field.label, language),
        tuple(
            ChoiceView(choice.value, _in_language(choice.text, language), choice.value in values)
            for choice in field.choices
        ),
        values[0] if values and field.control is Control.TEXT else "",
    )


def review_slot(
    question: SlotQuestion,
    answer: CurrentAnswer | None,
    mark: Fraction,
    *,
    language: str,
    fallback: str,
) -> ReviewedSlot:
    """Return a question of a submitted attempt, with what was right and why."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    lines = question.kind.explain(
        question.body, question.rendered, question.prepared, answer.response if answer else None
    )
    return ReviewedSlot(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        tuple(_show_line(line, shown) for line in lines),
        mark,
        pick_text(question.rendered["feedback"], shown),
    )


def _show_line(line: ReviewLine, language: str) -> LineView:
    return LineView(
        line.key,
        _in_language(line.text, language),
        line.is_given,
        line.is_right,
        line.fraction,
        _in_language(line.feedback, language),
        _in_language(line.given, language),
    )


def _in_language(shown: Shown | None, language: str) -> str:
    if shown is None:
        return ""
    if isinstance(shown, Message):
        return str(gettext(shown.text, **shown.params))
    return pick_text(shown, language)
