"""What came of a quiz, in figures: exact, and the same in whatever order the attempts come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import copysign, sqrt
from statistics import median
from typing import Any, TypeVar

from lms.questions.domain import (
    Control,
    Field,
    QuestionFigures,
    Shown,
    get_type,
    prepare_for_nobody,
)
from lms.questions.domain.numbers import UNDETERMINED, read_number, write_number
from lms.questions.domain.written import tidy

BANDS = 10
# Of fewer attempts, nothing is said that chance alone may have made.
FEWEST = 10
VERY_EASY = Fraction(95, 100)
VERY_HARD = Fraction(20, 100)
LEAST_DISCRIMINATION = 0.1
# Of the texts that were typed, those given most often.
MOST_TEXTS = 10


# --- A quiz -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. Score and verdict are None while it is open or waits for a person."""

    person_id: int
    is_submitted: bool
    score: Fraction | None = None
    passed: bool | None = None
    # It was reopened, and what came of that counts in its place.
    is_replaced: bool = False

    def __post_init__(self) -> None:
        if (self.score is None) != (self.passed is None):
            raise ValueError("a score and its verdict come together")
        if self.score is not None and not (self.is_submitted and 0 <= self.score <= 1):
            raise ValueError("a score lies between 0 and 1, and open attempts have none")


@dataclass(frozen=True, slots=True)
class Summary:
    """A quiz in figures; people count once each, `mean`, `median` and `bands` are of the scores.

    `judged` people have a score, `passed` people a pass; `bands` counts scores by tenths, a full score in the last.
    """

    attempts: int
    people: int
    submitted: int
    judged: int
    passed: int
    scores: int
    mean: Fraction | None
    median: Fraction | None
    bands: tuple[int, ...]


def summarise(outcomes: Iterable[Outcome]) -> Summary:
    """Return the figures of some attempts; what was replaced has no part in those of scores and passes."""
    attempts = list(outcomes)
    counting = [one for one in attempts if not one.is_replaced]
    scores = [one.score for one in counting if one.score is not None]
    bands = Counter(band_of(score) for score in scores)
    return Summary(
        attempts=len(attempts),
        people=len({one.person_id for one in attempts}),
        submitted=sum(one.is_submitted for one in attempts),
        judged=len({one.person_id for one in counting if one.score is not None}),
        passed=len({one.person_id for one in counting if one.passed}),
        scores=len(scores),
        mean=mean_of(scores),
        median=median(scores) if scores else None,
        bands=tuple(bands[band] for band in range(BANDS)),
    )


def band_of(score: Fraction) -> int:
    """Return the band of a score, counted from 0; a full score is in the last."""
    return min(int(score * BANDS), BANDS - 1)


def mean_of(values: Sequence[Fraction]) -> Fraction | None:
    """Return the exact mean; None of nothing."""
    return sum(values, Fraction(0)) / len(values) if values else None


# --- Which attempts count -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GradedAttempt:
    """A closed attempt with the marks of its newest grade, by slot; one learner's at one quiz share a `series`."""

    id: int
    series: Hashable
    marks: Mapping[int, Fraction | None]
    reopens_id: int | None = None

    @property
    def has_score(self) -> bool:
        """Whether no mark is missing."""
        return None not in self.marks.values()


A = TypeVar("A", bound=GradedAttempt)


def keep_counting(attempts: Iterable[A], *, first_only: bool) -> list[A]:
    """Return the attempts that count, in the order in which they were first begun.

    What came of a reopened one counts in its place, once it has a score. `first_only`: the first of each series.
    """
    in_order = sorted(attempts, key=lambda attempt: attempt.id)
    place_of: dict[int | None, int] = {}
    counting: dict[int, A] = {}
    for attempt in in_order:
        place = place_of.setdefault(attempt.id, place_of.get(attempt.reopens_id, attempt.id))
        if place not in counting or attempt.has_score:
            counting[place] = attempt
    kept: list[A] = []
    seen: set[Hashable] = set()
    for attempt in counting.values():
        if not (first_only and attempt.series in seen):
            kept.append(attempt)
        seen.add(attempt.series)
    return kept


# --- A question -----------------------------------------------------------------------------------------


class Caution(StrEnum):
    """What is said of a question that should be looked at again."""

    VERY_EASY = "very-easy"
    VERY_HARD = "very-hard"
    DOES_NOT_DISCRIMINATE = "does-not-discriminate"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one attempt; `mark` and `rest` are None where a person has yet to mark.

    `rest` is the mean of the attempt's other marks, so that attempts of different lengths can be compared.
    """

    version_id: int
    mark: Fraction | None
    rest: Fraction | None
    response: Mapping[str, Any] | None
    language: str


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """How a question did. `facility` is the mean mark; `discrimination` its correlation with the rest, or None."""

    asked: int
    answered: int
    # How many have a mark: of these speaks the facility.
    marked: int
    facility: Fraction | None
    discrimination: float | None

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What should be looked at again, once enough have answered to say so."""
        if self.marked < FEWEST or self.facility is None:
            return ()
        found = []
        if self.facility >= VERY_EASY:
            found.append(Caution.VERY_EASY)
        if self.facility <= VERY_HARD:
            found.append(Caution.VERY_HARD)
        if self.discrimination is not None and self.discrimination < LEAST_DISCRIMINATION:
            found.append(Caution.DOES_NOT_DISCRIMINATE)
        return tuple(found)

    @property
    def for_bank(self) -> QuestionFigures:
        """The same as the bank tells it: nothing before enough have answered."""
        if self.marked < FEWEST or not self.answered:
            return QuestionFigures(self.answered)
        return QuestionFigures(self.answered, self.facility, self.discrimination)


def rest_of(marks: Mapping[int, Fraction | None], slot: int) -> Fraction | None:
    """Return the mean of an attempt's other marks; None without any, or while one is missing."""
    others = [mark for number, mark in marks.items() if number != slot]
    known = [mark for mark in others if mark is not None]
    return mean_of(known) if len(known) == len(others) else None


def measure_item(asked: Sequence[Asked]) -> ItemFigures:
    """Return how a question did in these attempts."""
    marks = [one.mark for one in asked if one.mark is not None]
    return ItemFigures(
        len(asked),
        sum(says_something(one.response) for one in asked),
        len(marks),
        mean_of(marks),
        correlate(
            (one.mark, one.rest) for one in asked if one.mark is not None and one.rest is not None
        ),
    )


def correlate(pairs: Iterable[tuple[Fraction, Fraction]]) -> float | None:
    """Return Pearson's correlation; None for fewer than `FEWEST` pairs, or if either side is always the same."""
    times = Counter(pairs)
    count = times.total()
    if count < FEWEST:
        return None

    def total(value: Any) -> Fraction:
        return sum((value(x, y) * many for (x, y), many in times.items()), Fraction(0))

    sum_x, sum_y = total(lambda x, y: x), total(lambda x, y: y)
    spread_x = count * total(lambda x, y: x * x) - sum_x**2
    spread_y = count * total(lambda x, y: y * y) - sum_y**2
    if not (spread_x and spread_y):
        return None
    together = count * total(lambda x, y: x * y) - sum_x * sum_y
    # The root alone is not exact: by Cauchy and Schwarz, what it is drawn from is 1 at most.
    return copysign(sqrt(together**2 / (spread_x * spread_y)), together)


def says_something(response: object) -> bool:
    """Return whether any part of a response is filled in; `false` is an answer."""
    if isinstance(response, Mapping):
        return any(map(says_something, response.values()))
    return response not in (None, "", [])


# --- What was chosen --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """A version of a question."""

    id: int
    number: int
    type: str
    body: Mapping[str, Any]
    rendered: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """How many gave one answer in a field: an option's key, or a text as it is compared, which then is its own `text`.

    `worth` is 1 for what is right. That of a text is the mean mark of those who gave it, None if none is marked.
    """

    value: str
    text: Shown | None
    count: int
    worth: Fraction | None
    # Only an earlier version has it.
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """What was given in one part of a question's form, and how many left it open; `path` as forms name it."""

    path: str
    control: Control
    label: Shown | None
    choices: tuple[ChoiceCount, ...]
    unanswered: int


def count_choices(newest_first: Sequence[Wording], asked: Sequence[Asked]) -> list[FieldCounts]:
    """Return what was given in each field, all versions together: their keys stay from version to version.

    Options come as the newest version has them, then those of earlier ones that were chosen; of texts come the most
    frequent.
    """
    by_id = {wording.id: wording for wording in newest_first}
    fields = _merge_fields(newest_first)
    right = _list_right(newest_first)
    counts = []
    for path, (field, is_in_newest, options) in fields.items():
        given = [(one, _list_values(field, by_id[one.version_id], one)) for one in asked]
        times = Counter(value for _, values in given for value in values)
        if field.control is Control.TEXT:
            choices = _count_texts(given, times)
        else:
            choices = [
                ChoiceCount(
                    value,
                    text,
                    times[value],
                    Fraction(int((path, value) in right)),
                    is_former=not is_current,
                )
                for value, (text, is_current) in options.items()
                if is_current or times[value]
            ]
        if is_in_newest or times:
            unanswered = sum(not values for _, values in given)
            counts.append(FieldCounts(path, field.control, field.label, tuple(choices), unanswered))
    return counts


# A field of the newest version that has it, whether that is the newest of all, and its options likewise.
_Merged = tuple[Field, bool, dict[str, tuple[Shown, bool]]]


def _merge_fields(newest_first: Sequence[Wording]) -> dict[str, _Merged]:
    merged: dict[str, _Merged] = {}
    for at, wording in enumerate(newest_first):
        for field in _list_fields(wording):
            path = ".".join(field.path)
            _, _, options = merged.setdefault(path, (field, at == 0, {}))
            for choice in field.choices:
                options.setdefault(choice.value, (choice.text, at == 0))
    return merged


def _list_fields(wording: Wording) -> tuple[Field, ...]:
    prepared = prepare_for_nobody(wording.type, wording.body)
    return get_type(wording.type).list_fields(wording.body, wording.rendered, prepared)


def _list_right(newest_first: Sequence[Wording]) -> set[tuple[str, str]]:
    """Return what is right by the newest version that knows the option."""
    right: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for wording in newest_first:
        response = get_type(wording.type).right_response(wording.body)
        for field in _list_fields(wording):
            path = ".".join(field.path)
            known = {(path, choice.value) for choice in field.choices} - seen
            right |= known & {(path, value) for value in field.find(response)}
            seen |= known
    return right


def _list_values(field: Field, wording: Wording, one: Asked) -> tuple[str, ...]:
    values = field.find(one.response)
    if field.control is not Control.TEXT:
        return values
    return tuple(_even_out(value, wording, one.language) for value in values)


def _even_out(text: str, wording: Wording, language: str) -> str:
    """Return a typed text so that those that mean the same are the same."""
    number = read_number(text, language) if wording.type == "numerical" else None
    if isinstance(number, Fraction):
        with suppress(ValueError):
            # Some are too long to be written out.
            return write_number(number, UNDETERMINED)
    return tidy(text, keeps_case=bool(wording.body.get("keeps_case")))


def _count_texts(
    given: Sequence[tuple[Asked, tuple[str, ...]]], times: Counter[str]
) -> list[ChoiceCount]:
    most_first = sorted(times, key=lambda text: (-times[text], text))
    marks: dict[str, list[Fraction]] = {}
    for one, values in given:
        for value in values:
            if one.mark is not None:
                marks.setdefault(value, []).append(one.mark)
    return [
        ChoiceCount(text, None, times[text], mean_of(marks.get(text, [])))
        for text in most_first[:MOST_TEXTS]
    ]
