"""People are counted once, and every number is made of its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.officers.domain import (
    Counts,
    Dimension,
    Fact,
    Line,
    Measure,
    count_people,
    select_facts,
    tabulate,
    total,
)

TODAY = date(2026, 3, 31)
AWA = Fact(1, 1, 10, 100, date(2026, 1, 5), date(2026, 3, 30), None, None, "F", "25-34")


def done(fact: Fact, on: date, certified_on: date | None = None) -> Fact:
    return replace(fact, completed_on=on, last_active_on=on, certified_on=certified_on)


def test_the_four_measures_are_apart():
    issa = done(replace(AWA, enrolment_id=2, person_id=2), date(2026, 2, 3))
    binta = done(
        replace(AWA, enrolment_id=3, person_id=3), date(2026, 2, 3), certified_on=date(2026, 2, 9)
    )

    long_ago = replace(issa, enrolment_id=4, person_id=4, last_active_on=date(2026, 2, 3))

    assert total([AWA, issa, binta, long_ago], as_of=TODAY) == Counts(4, 1, 3, 1)


def test_somebody_with_two_enrolments_counts_once_in_each_number():
    second = done(replace(AWA, enrolment_id=2, module_id=101), date(2026, 2, 3))

    assert total([AWA, second], as_of=TODAY) == Counts(1, 1, 1, 0)
    assert tabulate([AWA, second], Dimension.MODULE, as_of=TODAY) == [
        Line("100", Counts(1, 1, 0, 0)),
        Line("101", Counts(1, 0, 1, 0)),
    ]


@pytest.mark.parametrize(("days", "is_active"), [(0, True), (30, True), (31, False)])
def test_active_is_who_did_something_within_thirty_days_be_it_done_or_not(days, is_active):
    fact = replace(AWA, last_active_on=TODAY - timedelta(days=days))

    for one in (fact, replace(fact, completed_on=fact.last_active_on)):
        assert bool(select_facts([one], Measure.ACTIVE, as_of=TODAY)) is is_active
    assert select_facts([replace(fact, last_active_on=None)], Measure.ACTIVE, as_of=TODAY) == []


def test_each_measure_falls_into_its_own_month():
    fact = done(AWA, date(2026, 2, 27), certified_on=date(2026, 3, 2))

    assert tabulate([fact], Dimension.MONTH, as_of=TODAY) == [
        Line("2026-01", Counts(1, 0, 0, 0)),
        Line("2026-02", Counts(0, 0, 1, 0)),
        Line("2026-03", Counts(0, 0, 0, 1)),
    ]


@pytest.mark.parametrize(
    ("dimension", "keys"),
    [
        (Dimension.BRANCH, ["10", "11"]),
        (Dimension.SEX, ["", "F"]),
        (Dimension.AGE, ["", "25-34"]),
    ],
)
def test_a_table_has_a_row_for_what_was_not_stated(dimension, keys):
    silent = replace(AWA, enrolment_id=2, person_id=2, branch_id=11, sex=None, age_band=None)

    assert [line.key for line in tabulate([AWA, silent], dimension, as_of=TODAY)] == keys


days = st.dates(date(2025, 11, 1), TODAY)


@st.composite
def drawn_facts(draw: st.DrawFn) -> list[Fact]:
    facts = []
    for number in range(draw(st.integers(0, 12))):
        completed = draw(st.none() | days)
        facts.append(
            Fact(
                enrolment_id=number,
                person_id=draw(st.integers(1, 6)),
                branch_id=draw(st.integers(1, 3)),
                module_id=draw(st.integers(1, 3)),
                enrolled_on=draw(days),
                last_active_on=draw(st.none() | days),
                completed_on=completed,
                certified_on=draw(st.none() | days) if completed else None,
                sex=draw(st.sampled_from([None, "F", "M"])),
                age_band=draw(st.sampled_from([None, "25-34"])),
            )
        )
    return facts


@given(drawn_facts(), st.sampled_from(Dimension))
def test_every_number_of_a_table_is_the_people_of_its_rows(facts, dimension):
    for line in tabulate(facts, dimension, as_of=TODAY):
        for measure in Measure:
            rows = select_facts(facts, measure, as_of=TODAY, dimension=dimension, key=line.key)
            assert line.counts.get(measure) == count_people(rows)


@given(drawn_facts(), st.sampled_from(Dimension), st.sampled_from(Measure))
def test_the_rows_of_a_table_are_all_the_rows_there_are(facts, dimension, measure):
    parts = [
        fact
        for line in tabulate(facts, dimension, as_of=TODAY)
        for fact in select_facts(facts, measure, as_of=TODAY, dimension=dimension, key=line.key)
    ]
    whole = select_facts(facts, measure, as_of=TODAY)

    assert sorted(fact.enrolment_id for fact in parts) == [fact.enrolment_id for fact in whole]
    assert total(facts, as_of=TODAY).get(measure) == count_people(whole)
