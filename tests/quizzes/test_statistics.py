"""The figures of a quiz and of its questions: exact, whatever the order, and what a plain formula says."""

from __future__ import annotations

import random
import statistics as plain
from fractions import Fraction
from math import isclose

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.domain import Control, get_type
from lms.quizzes.domain import (
    FEWEST,
    LEAST_DISCRIMINATION,
    VERY_EASY,
    VERY_HARD,
    Asked,
    Caution,
    GradedAttempt,
    ItemFigures,
    Outcome,
    Wording,
    count_choices,
    keep_counting,
    measure_item,
    rest_of,
    summarise,
)

HALF = Fraction(1, 2)

# Exact sums say nothing of how busy the machine is.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

shares = st.fractions(0, 1, max_denominator=60)
maybe_shares = st.none() | shares


@st.composite
def outcomes(draw):
    score = draw(st.none() | shares)
    return Outcome(
        draw(st.integers(1, 5)),
        score is not None or draw(st.booleans()),
        score,
        None if score is None else score >= HALF,
        draw(st.booleans()),
    )


@st.composite
def asked(draw, marks=maybe_shares):
    response = draw(st.sampled_from([None, {"choices": []}, {"choices": ["a"]}]))
    return Asked(1, draw(marks), draw(maybe_shares), response, "fr")


def shuffled(values, seed):
    found = list(values)
    random.Random(seed).shuffle(found)
    return found


# --- A quiz -----------------------------------------------------------------------------------------


@at_leisure
@given(st.lists(outcomes(), max_size=30), st.integers())
def test_the_order_of_attempts_changes_no_figure(found, seed):
    assert summarise(found) == summarise(shuffled(found, seed))


@at_leisure
@given(st.lists(outcomes(), max_size=30))
def test_the_figures_are_those_of_the_plain_formulas(found):
    summary = summarise(found)
    counting = [one for one in found if not one.is_replaced]
    scores = [one.score for one in counting if one.score is not None]

    assert summary.attempts == len(found)
    assert summary.people == len({one.person_id for one in found})
    assert summary.submitted == sum(one.is_submitted for one in found)
    assert summary.judged == len({one.person_id for one in counting if one.score is not None})
    assert summary.passed == len({one.person_id for one in counting if one.passed})
    assert summary.mean == (sum(scores) / len(scores) if scores else None)
    assert summary.median == (plain.median(scores) if scores else None)
    assert summary.bands == tuple(
        sum(
            Fraction(at, 10) <= score < Fraction(at + 1, 10) or (score == 1 and at == 9)
            for score in scores
        )
        for at in range(10)
    )


@at_leisure
@given(st.lists(outcomes(), max_size=30))
def test_the_figures_stay_within_their_bounds(found):
    summary = summarise(found)

    assert sum(summary.bands) == summary.scores <= summary.submitted <= summary.attempts
    assert summary.passed <= summary.judged <= summary.people <= summary.attempts
    for figure in (summary.mean, summary.median):
        assert figure is None or 0 <= figure <= 1


def test_nothing_has_no_figures():
    summary = summarise([])

    assert (summary.attempts, summary.people, summary.scores) == (0, 0, 0)
    assert (summary.mean, summary.median) == (None, None)
    assert summary.bands == (0,) * 10


def test_whoever_tries_often_counts_once_as_a_person():
    found = [Outcome(7, True, Fraction(at, 4), at > 2) for at in range(4)]

    summary = summarise([*found, Outcome(8, True, Fraction(0), False), Outcome(8, False)])

    assert (summary.attempts, summary.submitted, summary.scores) == (6, 5, 5)
    assert (summary.people, summary.judged, summary.passed) == (2, 2, 1)


def test_what_a_reopened_attempt_replaced_has_no_part_in_scores_and_passes():
    replaced = Outcome(7, True, Fraction(1), True, is_replaced=True)

    summary = summarise([replaced, Outcome(7, True, HALF, False)])

    assert (summary.attempts, summary.submitted) == (2, 2)
    assert (summary.scores, summary.mean, summary.passed, summary.bands[9]) == (1, HALF, 0, 0)


@pytest.mark.parametrize(
    ("submitted", "score", "passed"),
    [
        (False, HALF, True),
        (True, HALF, None),
        (True, None, True),
        (True, Fraction(-1, 9), False),
        (True, Fraction(10, 9), True),
    ],
)
def test_an_outcome_refuses_what_cannot_come(submitted, score, passed):
    with pytest.raises(ValueError, match="score"):
        Outcome(1, submitted, score, passed)


# --- Which attempts count -----------------------------------------------------------------------------

SCORED: dict[int, Fraction | None] = {1: HALF}
UNMARKED: dict[int, Fraction | None] = {1: None}


def ids(found):
    return [attempt.id for attempt in found]


def test_the_first_of_each_series_counts_or_all_of_them():
    found = [GradedAttempt(id_, series, SCORED) for id_, series in ((4, "b"), (1, "a"), (3, "a"))]

    assert ids(keep_counting(found, first_only=True)) == [1, 4]
    assert ids(keep_counting(found, first_only=False)) == [1, 3, 4]


def test_a_reopened_attempt_counts_by_what_came_of_it_once_that_has_a_score():
    found = [
        GradedAttempt(1, "a", SCORED),
        GradedAttempt(2, "a", SCORED),
        GradedAttempt(3, "a", UNMARKED, reopens_id=1),
    ]
    assert ids(keep_counting(found, first_only=False)) == [1, 2]

    found.append(GradedAttempt(4, "a", SCORED, reopens_id=3))
    assert ids(keep_counting(found, first_only=False)) == [4, 2]
    assert ids(keep_counting(found, first_only=True)) == [4]


@st.composite
def series_of_attempts(draw):
    """Attempts with rising ids, some of which reopen an earlier one of the same series, each at most once."""
    found: list[GradedAttempt] = []
    for id_ in range(1, draw(st.integers(1, 12)) + 1):
        series = draw(st.sampled_from("ab"))
        reopened = {one.reopens_id for one in found}
        may = [one.id for one in found if one.series == series and one.id not in reopened]
        reopens = draw(st.none() | st.sampled_from(may)) if may else None
        marks = draw(st.sampled_from([SCORED, UNMARKED]))
        found.append(GradedAttempt(id_, series, marks, reopens))
    return found


@at_leisure
@given(series_of_attempts(), st.booleans(), st.integers())
def test_of_attempts_that_reopen_each_other_one_counts_and_the_order_changes_nothing(
    found, first_only, seed
):
    kept = keep_counting(found, first_only=first_only)
    by_id = {one.id: one for one in found}

    def root(one):
        return one.id if one.reopens_id is None else root(by_id[one.reopens_id])

    assert kept == keep_counting(shuffled(found, seed), first_only=first_only)
    roots = [root(one) for one in kept]
    assert roots == sorted(set(roots))
    if first_only:
        assert len({one.series for one in kept}) == len(kept) == len({one.series for one in found})
    else:
        assert set(roots) == {root(one) for one in found}
    for one in kept:
        later = [
            other.id
            for other in found
            if root(other) == root(one) and other.id > one.id and other.has_score
        ]
        assert later == []


# --- A question -----------------------------------------------------------------------------------------


@at_leisure
@given(st.lists(asked(), max_size=25), st.integers())
def test_the_order_of_answers_changes_no_figure_of_a_question(found, seed):
    assert measure_item(found) == measure_item(shuffled(found, seed))


@at_leisure
@given(st.lists(asked(), max_size=25))
def test_the_figures_of_a_question_stay_within_their_bounds(found):
    figures = measure_item(found)

    assert figures.answered <= figures.asked == len(found)
    assert figures.facility is None or 0 <= figures.facility <= 1
    assert figures.discrimination is None or -1 <= figures.discrimination <= 1
    assert figures.for_bank.answered == figures.answered


@at_leisure
@given(st.lists(asked(shares), max_size=25))
def test_facility_is_the_mean_mark_of_all_who_were_asked(found):
    marks = [one.mark for one in found]

    assert measure_item(found).facility == (sum(marks) / len(marks) if marks else None)


@at_leisure
@given(st.lists(st.tuples(shares, shares), min_size=FEWEST, max_size=25))
def test_discrimination_is_what_the_plain_formula_says(pairs):
    found = measure_item([Asked(1, mark, rest, None, "") for mark, rest in pairs]).discrimination

    xs, ys = ([float(pair[at]) for pair in pairs] for at in (0, 1))
    if len({x for x, _ in pairs}) == 1 or len({y for _, y in pairs}) == 1:
        assert found is None
    else:
        assert isclose(found, plain.correlation(xs, ys), abs_tol=1e-6)


@at_leisure
@given(st.lists(shares, min_size=FEWEST, max_size=25).filter(lambda xs: len(set(xs)) > 1))
def test_what_goes_with_the_rest_discriminates_wholly_and_what_goes_against_it_the_other_way(marks):
    with_it = [Asked(1, mark, mark, None, "") for mark in marks]
    against = [Asked(1, mark, 1 - mark, None, "") for mark in marks]

    assert measure_item(with_it).discrimination == 1
    assert measure_item(against).discrimination == -1


def test_fewer_attempts_than_chance_needs_say_nothing():
    found = [
        Asked(1, Fraction(at % 2), Fraction(at % 2), {"choices": ["a"]}, "") for at in range(9)
    ]

    assert measure_item(found).discrimination is None
    assert measure_item(found).for_bank.facility is None
    assert measure_item([*found, found[1]]).discrimination == 1
    assert measure_item([*found, found[1]]).for_bank.facility == HALF


def test_an_attempt_with_a_missing_mark_has_no_part_in_discrimination():
    marks = {1: HALF, 2: None, 3: Fraction(1)}

    assert rest_of(marks, 1) is None
    assert rest_of(marks, 2) == Fraction(3, 4)
    assert rest_of({1: HALF}, 1) is None


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (None, 0),
        ({"choices": []}, 0),
        ({"choices": ["a"]}, 1),
        ({"value": None}, 0),
        ({"value": False}, 1),
        ({"value": "", "unit": ""}, 0),
        ({"text": ""}, 0),
        ({"text": "x"}, 1),
        ({"pairs": {}}, 0),
        ({"pairs": {"a": "b"}}, 1),
    ],
)
def test_whoever_left_everything_open_did_not_answer(response, says):
    assert measure_item([Asked(1, Fraction(0), None, response, "")]).answered == says


def figures(facility, discrimination=None, marked=FEWEST):
    return ItemFigures(marked, marked, marked, facility, discrimination)


@pytest.mark.parametrize(
    ("found", "cautions"),
    [
        (figures(VERY_EASY), {Caution.VERY_EASY}),
        (figures(VERY_EASY - Fraction(1, 1000), 0.5), set()),
        (figures(VERY_HARD), {Caution.VERY_HARD}),
        (figures(VERY_HARD + Fraction(1, 1000)), set()),
        (figures(HALF, LEAST_DISCRIMINATION), set()),
        (figures(HALF, LEAST_DISCRIMINATION - 0.001), {Caution.DOES_NOT_DISCRIMINATE}),
        (figures(HALF, -1.0), {Caution.DOES_NOT_DISCRIMINATE}),
        (figures(Fraction(0), 0.0), {Caution.VERY_HARD, Caution.DOES_NOT_DISCRIMINATE}),
        (figures(Fraction(0), None, marked=FEWEST - 1), set()),
        (figures(None, None, marked=0), set()),
    ],
)
def test_a_question_is_to_be_looked_at_again_from_these_limits_on(found, cautions):
    assert set(found.cautions) == cautions


def test_a_question_that_nobody_answered_has_no_figures_in_the_bank():
    nobody = measure_item([Asked(1, Fraction(0), HALF, None, "")] * FEWEST)

    assert nobody.facility == 0
    assert (nobody.for_bank.answered, nobody.for_bank.facility) == (0, None)


# --- What was chosen --------------------------------------------------------------------------------------


def both(text):
    return {"fr": f"{text} (fr)", "en": text}


def wording(type_, number=1, **body):
    full = {"key": "q", "prompt": both("Q"), "feedback": {}, **body}
    return Wording(number, number, type_, full, get_type(type_).render(full, str))


def single(number, right, *keys):
    options = [
        {
            "key": key,
            "name": key,
            "fraction": str(int(key == right)),
            "text": both(f"{key}{number}"),
            "feedback": {},
        }
        for key in keys
    ]
    return wording("single_choice", number, options=options)


def answer(response, version=1, mark=Fraction(0), language="fr"):
    return Asked(version, mark, None, response, language)


def counted(choices):
    return {choice.value: choice.count for choice in choices}


def test_options_are_counted_over_versions_and_right_is_what_the_newest_says():
    old, new = single(1, "a", "a", "b", "x", "y"), single(2, "b", "a", "b", "c")
    given_answers = [
        answer({"choices": [key]}, version)
        for version, keys in ((1, "abbx"), (2, "bc"))
        for key in keys
    ]

    (field,) = count_choices([new, old], [*given_answers, answer(None), answer({"choices": []}, 2)])

    assert (field.path, field.control, field.unanswered) == ("choices", Control.RADIO, 2)
    # What nobody chose of an earlier version is left out.
    assert counted(field.choices) == {"a": 1, "b": 3, "c": 1, "x": 1}
    assert {choice.value for choice in field.choices if choice.worth == 1} == {"b"}
    assert [choice.value for choice in field.choices if choice.is_former] == ["x"]
    assert {choice.value: choice.text for choice in field.choices}["b"] == both("b2")


def test_each_choice_of_several_counts():
    options = [
        {"key": key, "name": key, "fraction": fraction, "text": both(key), "feedback": {}}
        for key, fraction in (("a", "1/2"), ("b", "1/2"), ("c", "-1/2"))
    ]
    question = wording("multiple_choice", options=options, all_or_nothing=False)

    (field,) = count_choices(
        [question], [answer({"choices": ["a", "b"]}), answer({"choices": ["a"]})]
    )

    assert counted(field.choices) == {"a": 2, "b": 1, "c": 0}
    assert {choice.value for choice in field.choices if choice.worth} == {"a", "b"}


def test_false_is_an_answer():
    question = wording("true_false", answer=False, feedback_true={}, feedback_false={})

    (field,) = count_choices(
        [question], [answer({"value": False}), answer({"value": None}), answer({"value": True})]
    )

    assert (counted(field.choices), field.unanswered) == ({"true": 1, "false": 1}, 1)
    assert [choice.value for choice in field.choices if choice.worth] == ["false"]


def test_pairs_are_counted_prompt_by_prompt():
    question = wording(
        "matching",
        options=[{"key": key, "name": key, "text": both(key)} for key in ("x", "y")],
        pairs=[
            {"key": key, "name": key, "prompt": both(key), "feedback": {}, "option": option}
            for key, option in (("p", "x"), ("q", "y"))
        ],
    )

    fields = count_choices(
        [question], [answer({"pairs": {"p": "x", "q": "x"}}), answer({"pairs": {"p": "y"}})]
    )

    by_path = {field.path: field for field in fields}
    assert counted(by_path["pairs.p"].choices) == {"x": 1, "y": 1}
    assert counted(by_path["pairs.q"].choices) == {"x": 1, "y": 0}
    assert (by_path["pairs.p"].unanswered, by_path["pairs.q"].unanswered) == (0, 1)
    assert [one.value for one in by_path["pairs.q"].choices if one.worth] == ["y"]


def short(keeps_case=False):
    return wording(
        "short_answer",
        answers=[{"fraction": "1", "accept": {"fr": ["Île"]}, "feedback": {}}],
        otherwise={},
        keeps_case=keeps_case,
    )


def test_texts_that_mean_the_same_are_counted_together_the_most_frequent_first():
    texts = ["l’île ", "L'île", "mer", "L’ÎLE"]

    (field,) = count_choices([short()], [answer({"text": text}, mark=HALF) for text in texts])

    assert [(choice.value, choice.count) for choice in field.choices] == [("l'île", 3), ("mer", 1)]
    assert {choice.worth for choice in field.choices} == {HALF}
    assert all(choice.text is None for choice in field.choices)


def test_capitals_are_told_apart_where_the_author_asks():
    (field,) = count_choices(
        [short(keeps_case=True)], [answer({"text": "Île"}), answer({"text": "île"})]
    )

    assert counted(field.choices) == {"Île": 1, "île": 1}


def test_of_many_texts_the_ten_most_frequent_are_told():
    texts = [f"text {at}" for at in range(15) for _ in range(15 - at)]

    (field,) = count_choices([short()], [answer({"text": text}) for text in texts])

    assert [choice.value for choice in field.choices] == [f"text {at}" for at in range(10)]


def numerical():
    return wording(
        "numerical",
        answers=[
            {
                "value": "1250.5",
                "fraction": "1",
                "tolerance": None,
                "tolerance_percent": None,
                "feedback": {},
            }
        ],
        units=[],
        otherwise={},
    )


def test_numbers_are_counted_by_their_value_however_they_are_written():
    (field,) = count_choices(
        [numerical()],
        [
            answer({"value": "1 250,5", "unit": ""}, language="fr", mark=Fraction(1)),
            answer({"value": "1,250.50", "unit": ""}, language="en", mark=Fraction(1)),
            answer({"value": "1.250", "unit": ""}, language="fr", mark=None),
            answer({"value": "Beaucoup", "unit": ""}, language="fr"),
        ],
    )

    assert counted(field.choices) == {"1250.5": 2, "1.250": 1, "beaucoup": 1}
    worth = {choice.value: choice.worth for choice in field.choices}
    assert worth == {"1250.5": 1, "1.250": None, "beaucoup": 0}


def test_a_number_too_long_to_be_written_out_is_told_as_it_was_typed():
    tiny = f"0,{'0' * 90}1e-30"

    (field,) = count_choices([numerical()], [answer({"value": tiny, "unit": ""})])

    assert counted(field.choices) == {tiny: 1}


def test_a_question_that_changed_its_type_has_the_fields_of_both():
    fields = count_choices(
        [single(2, "a", "a", "b"), short()],
        [answer({"text": "mer"}, 1), answer({"choices": ["a"]}, 2)],
    )

    assert [(field.path, counted(field.choices)) for field in fields] == [
        ("choices", {"a": 1, "b": 0}),
        ("text", {"mer": 1}),
    ]


@at_leisure
@given(st.lists(st.lists(st.sampled_from("abxy"), max_size=1), max_size=20), st.integers())
def test_who_chose_and_who_did_not_are_all_who_were_asked_in_whatever_order(chosen, seed):
    old, new = single(1, "a", "a", "b", "x", "y"), single(2, "b", "a", "b", "c")
    found = [answer({"choices": keys}) for keys in chosen]

    (field,) = count_choices([new, old], found)

    assert sum(counted(field.choices).values()) + field.unanswered == len(found)
    assert [field] == count_choices([new, old], shuffled(found, seed))
