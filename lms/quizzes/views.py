"""Questions as learners see them: the drawn options in their order, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.core.i18n import pick_language, pick_text
from lms.quizzes.queries import CurrentAnswer, SlotQuestion


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option to choose."""

    id: str
    text_html: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class SlotView:
    """A question to answer; `revision` is 0 before the first answer."""

    number: int
    type: str
    prompt_html: str
    language: str
    options: tuple[OptionView, ...]
    answer: Mapping[str, Any] | None
    revision: int


@dataclass(frozen=True, slots=True)
class ReviewedOption:
    """An option after submission, with what it was worth and why."""

    id: str
    text_html: str
    chosen: bool
    right: bool
    fraction: Fraction
    feedback_html: str


@dataclass(frozen=True, slots=True)
class ReviewedSlot:
    """A question after submission; `mark` is between 0 and 1."""

    number: int
    type: str
    prompt_html: str
    language: str
    options: tuple[ReviewedOption, ...]
    mark: Fraction
    feedback_html: str


def show_slot(
    question: SlotQuestion, answer: CurrentAnswer | None, *, language: str, fallback: str
) -> SlotView:
    """Return a question to answer, without a word of what is right."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    rendered = {option["key"]: option for option in question.rendered["options"]}
    chosen = answer.response["choices"] if answer else ()
    return SlotView(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        tuple(
            OptionView(key, pick_text(rendered[key]["text"], shown), key in chosen)
            for key in question.prepared["order"]
        ),
        answer.response if answer else None,
        answer.revision if answer else 0,
    )


def review_slot(
    question: SlotQuestion,
    answer: CurrentAnswer | None,
    mark: Fraction,
    *,
    language: str,
    fallback: str,
) -> ReviewedSlot:
    """Return a question of a submitted attempt, with each option's worth and feedback."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    rendered = {option["key"]: option for option in question.rendered["options"]}
    fractions = {option["key"]: Fraction(option["fraction"]) for option in question.body["options"]}
    chosen = answer.response["choices"] if answer else ()
    return ReviewedSlot(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        tuple(
            ReviewedOption(
                key,
                pick_text(rendered[key]["text"], shown),
                key in chosen,
                fractions[key] > 0,
                fractions[key],
                pick_text(rendered[key].get("feedback") or {}, shown),
            )
            for key in question.prepared["order"]
        ),
        mark,
        pick_text(question.rendered.get("feedback") or {}, shown),
    )
