"""Questions as people see them: the fields and reviews that their types declare, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import chain, count, product
from string import ascii_uppercase
from typing import Any

from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_percent
from flask_babel import gettext
from markupsafe import escape

from lms.core.i18n import Message, format_locale, pick_language, pick_text
from lms.questions.domain import Control, Field, Holds, ReviewLine, Shown
from lms.quizzes.domain import EVERYTHING, REOPENED, KeptSave, Visible
from lms.quizzes.queries import AttemptRecord, CurrentAnswer, RecordedSave, SlotQuestion


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
class RivalView:
    """An answer that does not count but might: the learner chooses between it and the current one."""

    revision: int
    received_at: datetime
    html: str
    # What counts as long as nothing is chosen, and its revision; '' and 0 for no answer.
    current_html: str
    current_revision: int


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
    # Whose save it is, among the devices of the learner.
    client: str = ""
    # What the learner should mend in the current answer.
    problem: Message | None = None
    rival: RivalView | None = None
    # What was right, once the question was checked.
    review: ReviewedSlot | None = None


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
    """A question after submission; `mark` is between 0 and 1, or None while hidden or not yet given.

    Without right answers to show there are no `lines`, but the given answer and what was said of it.
    """

    number: int
    type: str
    prompt_html: str
    language: str
    lines: tuple[LineView, ...]
    answer_html: str
    mark: Fraction | None
    shows_mark: bool
    feedback_html: tuple[str, ...]


def show_slot(
    question: SlotQuestion,
    kept: Sequence[KeptSave],
    current: KeptSave | CurrentAnswer | None,
    rival: KeptSave | None,
    *,
    language: str,
    fallback: str,
) -> SlotView:
    """Return a question to answer, without a word of what is right, unless it was checked."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    response = current.response if current else None
    newest = max((save.revision for save in kept if save.slot == question.number), default=0)
    review = None
    if question.checked_at is not None:
        answer = CurrentAnswer(response, newest, current.language) if current and response else None
        review = review_slot(
            question,
            answer,
            question.grade(answer),
            EVERYTHING,
            language=language,
            fallback=fallback,
        )
    return SlotView(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        tuple(_show_field(field, response, shown) for field in question.fields),
        response,
        # Where the learner is shown both answers, what is saved next is newer than either.
        newest if rival else current.revision if current else 0,
        current.client if isinstance(current, KeptSave) else "",
        current.problem if isinstance(current, KeptSave) else None,
        _show_rival(question, current, rival, shown) if rival else None,
        review,
    )


def _show_rival(
    question: SlotQuestion,
    current: KeptSave | CurrentAnswer | None,
    rival: KeptSave,
    language: str,
) -> RivalView:
    return RivalView(
        rival.revision,
        rival.received_at,
        show_answer(question, rival.response, language=language),
        show_answer(question, current.response, language=language) if current else "",
        current.revision if current else 0,
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


def show_answer(
    question: SlotQuestion, response: Mapping[str, Any] | None, *, language: str
) -> str:
    """Return what a response says, as HTML on one line; '' for none."""
    parts = []
    for field in question.fields:
        chosen = [_in_language(choice.text, language) for choice in field.choices
                  if choice.value in field.find(response)]  # fmt: skip
        if field.control is Control.TEXT:
            chosen = [str(escape(value)) for value in field.find(response)]
        if chosen:
            label = _in_language(field.label, language) if field.control is Control.SELECT else ""
            parts.append(f"{label} → {'; '.join(chosen)}" if label else "; ".join(chosen))
    return " · ".join(parts)


def review_slot(
    question: SlotQuestion,
    answer: CurrentAnswer | None,
    mark: Fraction | None,
    visible: Visible,
    *,
    language: str,
    fallback: str,
) -> ReviewedSlot:
    """Return a question of a submitted attempt, with as much of what was right and why as may be seen."""
    shown = pick_language(question.rendered["prompt"], language, fallback)
    response = answer.response if answer else None
    lines = tuple(
        _show_line(line, shown, with_feedback=visible.feedback)
        for line in question.kind.explain(
            question.body,
            question.rendered,
            question.prepared,
            response,
            answer.language if answer else "",
        )
    )
    feedback: tuple[str, ...] = ()
    if visible.answers and visible.feedback:
        feedback = (pick_text(question.rendered["feedback"], shown),)
    elif visible.feedback:
        feedback = tuple(line.feedback_html for line in lines if line.is_given)
    return ReviewedSlot(
        question.number,
        question.type,
        pick_text(question.rendered["prompt"], shown),
        shown,
        lines if visible.answers else (),
        show_answer(question, response, language=shown),
        mark if visible.marks else None,
        visible.marks,
        tuple(html for html in feedback if html),
    )


def _show_line(line: ReviewLine, language: str, *, with_feedback: bool) -> LineView:
    return LineView(
        line.key,
        _in_language(line.text, language),
        line.is_given,
        line.is_right,
        line.fraction,
        _in_language(line.feedback, language) if with_feedback else "",
        _in_language(line.given, language),
    )


def _in_language(shown: Shown | None, language: str) -> str:
    if shown is None:
        return ""
    if isinstance(shown, Message):
        return str(gettext(shown.text, **shown.params))
    return pick_text(shown, language)


# --- The record of an attempt, for trainers ---------------------------------------------------------


class SaveState(StrEnum):
    """What became of a save."""

    COUNTS = "counts"
    # It counted until a later one came.
    REPLACED = "replaced"
    LATE = "late"
    # Another device had answered, it was set aside, or its answer was final.
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class SaveView:
    """One save of a question; `source` is a letter for the device or page that it came from, '' for none."""

    answer_id: int
    revision: int
    source: str
    html: str
    language: str
    received_at: str
    state: SaveState
    # How long after the end it came, where it was late.
    late_by: str
    # It came too late, and a trainer let it count.
    is_accepted: bool
    problem: Message | None
    may_be_accepted: bool


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question with all that is kept of its answers."""

    review: ReviewedSlot
    key: str
    saves: tuple[SaveView, ...]
    checked_at: datetime | None
    is_waiting: bool
    is_marked_by_hand: bool
    # The key of a newer version than the drawn one graded it.
    has_newer_key: bool


def show_questions(record: AttemptRecord, *, language: str) -> list[QuestionRecord]:
    """Return every question of an attempt with what is right, by the key that graded it, and every save.

    Saves are shown in the words of the version that was drawn: those that were read.
    """
    head = record.head
    is_closed = head.submitted_at is not None
    visible = EVERYTHING if is_closed else Visible(True, False, True, True)
    sources = _name_sources(record.saves)
    found = []
    for drawn, graded in zip(record.drawn, record.graded, strict=True):
        number = drawn.number
        review = review_slot(
            graded,
            record.answers.get(number),
            head.marks.get(number),
            visible,
            language=language,
            fallback=head.language,
        )
        saves = [save for save in record.saves if save.slot == number]
        found.append(
            QuestionRecord(
                review,
                drawn.body["key"],
                tuple(_show_save(record, drawn, save, sources, language) for save in saves),
                drawn.checked_at,
                is_closed and head.marks.get(number) is None,
                number in record.marked_by_hand,
                number in head.graded_versions,
            )
        )
    return found


def _name_sources(saves: Sequence[RecordedSave]) -> dict[str, str]:
    """Return a letter for each client, in the order in which they came: A to Z, then AA and on."""
    clients = dict.fromkeys(save.client for save in saves if save.client != REOPENED)
    names = chain.from_iterable(map("".join, product(ascii_uppercase, repeat=n)) for n in count(1))
    return dict(zip(clients, names, strict=False))


def _show_save(
    record: AttemptRecord,
    question: SlotQuestion,
    save: RecordedSave,
    sources: Mapping[str, str],
    language: str,
) -> SaveView:
    head = record.head
    shown = pick_language(question.rendered["prompt"], language, head.language)
    if save.counts:
        state = SaveState.COUNTS
    elif save.is_current:
        state = SaveState.REPLACED
    else:
        state = SaveState.LATE if save.is_late else SaveState.ASIDE
    ends = [end for end in (head.deadline_at, head.submitted_at) if end is not None]
    locale = format_locale(language)
    return SaveView(
        save.answer_id,
        save.revision,
        sources.get(save.client, ""),
        show_answer(question, save.response, language=shown),
        save.language,
        format_datetime(save.received_at, "d MMM y, HH:mm:ss", locale=locale) + " UTC",
        state,
        format_timedelta(save.received_at - min(ends), threshold=2, locale=locale)
        if save.is_late and ends
        else "",
        save.counts and save.is_late and not save.is_current,
        save.problem,
        head.submitted_at is not None and save.may_be_accepted,
    )


def as_exact_percent(value: Fraction, language: str) -> str:
    """Return a share with up to two decimals, where they matter."""
    exact = Decimal(value.numerator) / value.denominator
    return str(
        format_percent(
            exact.quantize(Decimal("0.0001")).normalize(),
            locale=format_locale(language),
            decimal_quantization=False,
        )
    )
