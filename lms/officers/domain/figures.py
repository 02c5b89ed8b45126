"""Counting people: each once in every number, and every number from the rows that it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.officers.domain.standing import active_since


class Measure(StrEnum):
    """What is counted, from the widest to the narrowest."""

    ENROLLED = "enrolled"
    ACTIVE = "active"
    COMPLETED = "completed"
    CERTIFIED = "certified"


class Dimension(StrEnum):
    """By what the numbers are parted."""

    BRANCH = "branch"
    MODULE = "module"
    MONTH = "month"
    SEX = "sex"
    AGE = "age"


# What says more of a person than where one belongs and what one studies.
PERSONAL = frozenset({Dimension.SEX, Dimension.AGE})

# What a fact says nothing of: "not stated" is an answer, and a row of its own.
NOT_STATED = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One enrolment: the row from which every number is made. Days are in UTC."""

    enrolment_id: int
    person_id: int
    branch_id: int
    module_id: int
    enrolled_on: date
    # None: nothing was done in it yet.
    last_active_on: date | None
    completed_on: date | None
    # When the certificate of completion was issued that holds, or held until it expired.
    certified_on: date | None
    # `accounts.domain.Sex` and `AgeBand`.
    sex: str | None
    age_band: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """People, each counted once in each of the four."""

    enrolled: int
    active: int
    completed: int
    certified: int

    def get(self, measure: Measure) -> int:
        """Return one of the four."""
        count: int = getattr(self, measure.value)
        return count


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; `key` is the branch's or module's id, the month as 2026-03, or what the person said."""

    key: str
    counts: Counts


def day_of(fact: Fact, measure: Measure, *, as_of: date) -> date | None:
    """Return the day on which the enrolment counted for the measure; None if it does not count."""
    match measure:
        case Measure.ENROLLED:
            return fact.enrolled_on
        case Measure.ACTIVE:
            last = fact.last_active_on
            return last if last is not None and last >= active_since(as_of) else None
        case Measure.COMPLETED:
            return fact.completed_on
        case Measure.CERTIFIED:
            return fact.certified_on


def key_of(fact: Fact, dimension: Dimension, day: date) -> str:
    """Return in which row of the table the enrolment counts, for a measure that it met on `day`."""
    match dimension:
        case Dimension.BRANCH:
            return str(fact.branch_id)
        case Dimension.MODULE:
            return str(fact.module_id)
        case Dimension.MONTH:
            return f"{day:%Y-%m}"
        case Dimension.SEX:
            return fact.sex or NOT_STATED
        case Dimension.AGE:
            return fact.age_band or NOT_STATED


def select_facts(
    facts: Iterable[Fact],
    measure: Measure,
    *,
    as_of: date,
    dimension: Dimension | None = None,
    key: str = "",
) -> list[Fact]:
    """Return the rows behind a number: of the whole, or of the row `key` of a table."""
    return [
        fact
        for fact in facts
        if (day := day_of(fact, measure, as_of=as_of)) is not None
        and (dimension is None or key_of(fact, dimension, day) == key)
    ]


def count_people(facts: Iterable[Fact]) -> int:
    """Return how many people the rows are of."""
    return len({fact.person_id for fact in facts})


def total(facts: Collection[Fact], *, as_of: date) -> Counts:
    """Count the people of all rows."""
    return Counts(*(count_people(select_facts(facts, measure, as_of=as_of)) for measure in Measure))


def tabulate(facts: Iterable[Fact], dimension: Dimension, *, as_of: date) -> list[Line]:
    """Count the people of each row of the table, in the order of the keys; a row of four zeros has no line.

    Somebody with enrolments in two rows counts in both, so the sum of the lines may exceed the total.
    """
    people: dict[str, dict[Measure, set[int]]] = {}
    for fact in facts:
        for measure in Measure:
            day = day_of(fact, measure, as_of=as_of)
            if day is not None:
                row = people.setdefault(key_of(fact, dimension, day), {})
                row.setdefault(measure, set()).add(fact.person_id)
    return [
        Line(key, Counts(*(len(row.get(measure, ())) for measure in Measure)))
        for key, row in sorted(people.items())
    ]
