"""True or false, short answers, matching and numbers; and what the form of every type must do."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.domain import (
    TYPES,
    Field,
    UnfitBody,
    UnfitResponse,
    build_response,
    get_type,
    option_key,
)
from lms.questions.domain.written import fits

TEXT = {"fr": "Texte", "en": "Text"}


def choice_body(*fractions, all_or_nothing=False):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
        "all_or_nothing": all_or_nothing,
        "options": [
            {
                "key": option_key("q", str(at)),
                "name": str(at),
                "fraction": str(fraction),
                "text": TEXT,
                "feedback": TEXT,
            }
            for at, fraction in enumerate(fractions)
        ],
    }


def truth_body(answer):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
        "answer": answer,
        "feedback_true": {"fr": "Vrai.", "en": "True."},
        "feedback_false": {"fr": "Faux.", "en": "False."},
    }


def short_body(*answers, keeps_case=False):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
        "keeps_case": keeps_case,
        "answers": [
            {"fraction": str(fraction), "accept": {"fr": list(texts)}, "feedback": TEXT}
            for fraction, *texts in answers
        ],
        "otherwise": {"fr": "Sinon", "en": "Otherwise"},
    }


def matching_body(*fitting, options=3):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
        "options": [
            {"key": f"o{at}", "name": f"o{at}", "text": {"fr": f"Option {at}"}}
            for at in range(options)
        ],
        "pairs": [
            {
                "key": f"p{at}",
                "name": f"p{at}",
                "prompt": {"fr": f"Chose {at}"},
                "option": f"o{option}",
                "feedback": TEXT,
            }
            for at, option in enumerate(fitting)
        ],
    }


def number_body(*answers, units=()):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
        "units": [
            {
                "key": f"u{at}",
                "name": f"u{at}",
                "text": name if isinstance(name, dict) else {"fr": name, "en": name},
                "multiplier": multiplier,
            }
            for at, (name, multiplier) in enumerate(units)
        ],
        "answers": [
            {
                "fraction": str(fraction),
                "value": value,
                "tolerance": tolerance,
                "tolerance_percent": percent,
                "feedback": {"fr": f"Retour {at}", "en": f"Feedback {at}"},
            }
            for at, (fraction, value, tolerance, percent) in enumerate(answers)
        ],
        "otherwise": {"fr": "Sinon", "en": "Otherwise"},
    }


VOTERS = {"fr": "électeurs", "en": "voters"}

EACH = [
    ("single_choice", choice_body(0, 1, 0)),
    ("multiple_choice", choice_body(Fraction(1, 2), -1, Fraction(1, 2))),
    ("true_false", truth_body(False)),
    ("short_answer", short_body((1, "dépouillement"), (Fraction(1, 2), "recensement"))),
    ("matching", matching_body(0, 2, 0)),
    ("multiple_choice", choice_body(1, 0, 1, all_or_nothing=True)),
    ("numerical", number_body((1, "31415", None, None), ("1/2", "31415", "7", None))),
    (
        "numerical",
        number_body((1, "2.125", None, "5"), units=[("m", "0.001"), ("km", "1"), (VOTERS, "1/60")]),
    ),
]


def open_form(name, body):
    type_ = get_type(name)
    rendered = type_.render(body, lambda text: f"<i>{text}</i>")
    prepared = type_.prepare(body, Random(1), shuffles=True)
    return type_, rendered, prepared, type_.list_fields(body, rendered, prepared)


def all_examples(type_, body):
    examples = type_.examples(body)
    return [*examples.right, *examples.partly_right, *examples.wrong]


def test_every_type_is_tried_here():
    assert {name for name, _ in EACH} == set(TYPES)


@pytest.mark.parametrize(("name", "body"), EACH)
def test_every_type_takes_a_fit_body(name, body):
    get_type(name).check(body)


@pytest.mark.parametrize(("name", "body"), EACH)
def test_a_form_gives_back_every_answer_that_it_shows(name, body):
    type_, _, _, fields = open_form(name, body)

    for response in all_examples(type_, body):
        kept = type_.read_response(body, response)
        values = {".".join(field.path): field.find(kept) for field in fields}
        assert type_.read_response(body, build_response(fields, values)) == kept


@pytest.mark.parametrize(("name", "body"), EACH)
def test_an_empty_form_is_no_answer_and_earns_nothing(name, body):
    type_, _, _, fields = open_form(name, body)

    empty = type_.read_response(body, build_response(fields, {}))

    assert not type_.is_complete(body, empty)
    assert type_.grade(body, empty, "fr") == type_.grade(body, None, "fr") == 0


@pytest.mark.parametrize("language", ["fr", "en", "sw"])
@pytest.mark.parametrize(("name", "body"), EACH)
def test_the_examples_earn_what_they_say(name, body, language):
    type_ = get_type(name)
    examples = type_.examples(body)

    assert all(
        type_.grade(body, type_.read_response(body, r), language) == 1 for r in examples.right
    )
    assert all(
        0 < type_.grade(body, type_.read_response(body, r), language) < 1
        for r in examples.partly_right
    )
    assert all(
        type_.grade(body, type_.read_response(body, r), language) == 0 for r in examples.wrong
    )
    assert type_.right_response(body) in examples.right
    for response in examples.malformed:
        with pytest.raises(UnfitResponse):
            type_.read_response(body, response)


@pytest.mark.parametrize(("name", "body"), EACH)
def test_a_review_shows_what_is_right_and_what_was_given(name, body):
    type_, rendered, prepared, _ = open_form(name, body)

    unanswered = type_.explain(body, rendered, prepared, None, "fr")
    right = type_.explain(body, rendered, prepared, type_.right_response(body), "fr")

    assert any(line.is_right for line in unanswered)
    assert not any(line.is_given for line in unanswered)
    assert all(line.is_right for line in right if line.is_given)
    assert any(line.is_given for line in right)


@pytest.mark.parametrize(("name", "body"), EACH)
def test_a_form_never_tells_what_is_right(name, body):
    _, _, _, fields = open_form(name, body)

    assert all(isinstance(field, Field) for field in fields)
    assert "Vrai." not in repr(fields)
    assert "fraction" not in repr(fields)
    assert "dépouillement" not in repr(fields)
    assert "31415" not in repr(fields)


@pytest.mark.parametrize(("name", "body"), EACH)
@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "e\u0301\u0323" * 300_000,
        "1" * 1_000_000,
        "a\x00b",
        "\x00",
        "\u202e12\u202c",
        "\u202etxet\u202d",
        "1e999",
        "-1e-999",
        "NaN",
        "inf",
        "*" * 400,
        "<script>alert(1)</script>",
        "%(text)s %s {0}",
        "\ud800",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_no_text_in_any_field_upsets_a_type(name, body, text):
    type_, rendered, prepared, fields = open_form(name, body)

    for values in (
        {".".join(field.path): [text] for field in fields},
        {".".join(fields[0].path): [text]},
    ):
        try:
            kept = type_.read_response(body, build_response(fields, values))
        except UnfitResponse:
            continue
        mark = type_.grade(body, kept, "fr")
        problem = type_.find_problem(body, kept, "fr")
        lines = type_.explain(body, rendered, prepared, kept, "fr")
        assert (mark is None) == (problem is not None)
        assert mark is None or 0 <= mark < 1
        assert type_.read_response(body, kept) == kept
        assert "<script" not in repr(lines)
        type_.is_complete(body, kept)


@pytest.mark.parametrize(("name", "body"), EACH)
@pytest.mark.parametrize(
    "response",
    [
        *(None, True, 0, 1.5, "x", b"x", [], [[]], {}, {"": ""}, {None: None}, {"slot": 1}),
        dict.fromkeys(("choices", "value", "text", "pairs", "unit")),
        *({name: [{}]} for name in ("choices", "text", "pairs")),
        *({name: {"value": "1"}} for name in ("choices", "text", "value", "pairs")),
        *({name: float("nan")} for name in ("choices", "text", "value", "pairs")),
        {"value": ["1"]},
        {"value": "1", "unit": None},
        {"value": "1", "unit": ["km"]},
        # The ids of another question.
        {"choices": [option_key("another", "0")]},
        {"pairs": {option_key("another", "0"): "o0"}},
        {"pairs": {"p0": option_key("another", "0")}},
        {"value": "1", "unit": option_key("another", "unit/km")},
    ],
    ids=repr,
)
def test_a_response_of_a_wrong_shape_or_of_another_question_is_refused(name, body, response):
    with pytest.raises(UnfitResponse) as refusal:
        get_type(name).read_response(body, response)

    assert str(refusal.value.message)


# --- All or nothing -------------------------------------------------------------------------------


@given(
    st.lists(st.booleans(), min_size=2, max_size=8).filter(lambda each: len({*each}) == 2),
    st.data(),
)
def test_all_or_nothing_takes_exactly_what_is_right(is_right, data):
    body = choice_body(*map(int, is_right), all_or_nothing=True)
    several = get_type("multiple_choice")
    right = {option["key"] for option in body["options"] if option["fraction"] == "1"}
    chosen = data.draw(st.sets(st.sampled_from([option["key"] for option in body["options"]])))

    several.check(body)

    response = several.read_response(body, {"choices": [*chosen]})
    assert several.grade(body, response, "fr") == (1 if chosen == right else 0)
    assert several.grade(body, several.right_response(body), "fr") == 1


def test_a_review_of_all_or_nothing_tells_right_options_from_wrong_ones():
    body = choice_body(1, 0, 1, all_or_nothing=True)
    type_, rendered, prepared, _ = open_form("multiple_choice", body)
    first, wrong, last = (option["key"] for option in body["options"])

    lines = type_.explain(body, rendered, prepared, {"choices": [first, wrong]}, "fr")

    assert {(line.key, line.is_given, line.is_right) for line in lines} == {
        (first, True, True),
        (wrong, True, False),
        (last, False, True),
    }


@pytest.mark.parametrize(
    ("fractions", "place", "message"),
    [
        ((1, -1), ("options", 1, "fraction"), "With all_or_nothing, a fraction is 1 or 0."),
        (
            ("1/2", "1/2", 0),
            ("options", 0, "fraction"),
            "With all_or_nothing, a fraction is 1 or 0.",
        ),
        ((0, 0), ("options",), "With all_or_nothing, at least one option has the fraction 1."),
        ((1, 1), ("options",), "In a multiple choice, at least one option is wrong."),
    ],
)
def test_all_or_nothing_that_breaks_a_rule_is_told_where(fractions, place, message):
    with pytest.raises(UnfitBody) as fault:
        get_type("multiple_choice").check(choice_body(*fractions, all_or_nothing=True))

    assert (place, message) in [(where, str(what)) for where, what in fault.value.problems]


# --- Short answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "accepted", "fit"),
    [
        ("Dépouillement", "dépouillement", True),
        ("De\u0301pouillement", "dépouillement", True),
        ("  l’organe \u00a0 de gestion\u202f", "l'organe de gestion", True),
        ("bureau de vote", "bureau-de-vote", False),
        ("sous–préfecture", "sous-préfecture", True),
        ("la liste électorale", "*liste électorale", True),
        ("liste électorale", "*liste électorale", True),
        ("liste", "liste électorale*", False),
        ("5 * 3", "5 \\* 3", True),
        ("5 x 3", "5 \\* 3", False),
        ("a.c", "a.c", True),
        ("abc", "a.c", False),
        ("depouillement", "dépouillement", False),
    ],
)
def test_written_answers_are_compared_as_a_person_would(text, accepted, fit):
    assert fits(text, accepted, keeps_case=False, keeps_accents=True) is fit


def grade_text(body, text):
    short = get_type("short_answer")
    return short.grade(body, short.read_response(body, {"text": text}), "fr")


def test_an_answer_without_its_accents_is_accepted():
    assert grade_text(short_body((1, "dépouillement")), "DEPOUILLEMENT") == 1


def test_accents_decide_where_they_tell_two_answers_apart():
    body = short_body((1, "pêcheur"), (0, "pécheur"))

    assert grade_text(body, "pêcheur") == 1
    assert grade_text(body, "pécheur") == 0
    # Without any accent both fit, and the better counts.
    assert grade_text(body, "pecheur") == 1


def test_capitals_decide_only_where_the_author_asks():
    assert grade_text(short_body((1, "Mali")), "mali") == 1
    assert grade_text(short_body((1, "Mali"), keeps_case=True), "mali") == 0


def test_the_best_of_the_answers_that_fit_counts():
    body = short_body((Fraction(1, 3), "liste*"), (1, "liste électorale"))

    assert grade_text(body, "liste électorale") == 1
    assert grade_text(body, "liste noire") == Fraction(1, 3)


@given(st.text(max_size=60))
def test_any_text_has_a_mark_between_0_and_1_and_always_the_same(text):
    body = short_body((1, "dépouillement"), (Fraction(1, 2), "re*"))

    assert 0 <= grade_text(body, text) <= 1
    assert grade_text(body, text) == grade_text(body, f"  {text} ")


def test_markup_in_an_answer_is_shown_as_it_was_typed():
    body = short_body((1, "dépouillement"))
    type_, rendered, prepared, _ = open_form("short_answer", body)

    lines = type_.explain(body, rendered, prepared, {"text": "<script>alert(1)</script>"}, "fr")

    assert lines[0].text["fr"] == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert lines[0].feedback == {"fr": "<i>Sinon</i>", "en": "<i>Otherwise</i>"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (short_body((Fraction(1, 2), "a")), ("answers",)),
        (short_body((1, "a"), (2, "b")), ("answers", 1, "fraction")),
        (short_body((1, "a"), (-1, "b")), ("answers", 1, "fraction")),
        (short_body((1, "a*")), ("answers", 0, "accept", "fr", 0)),
    ],
)
def test_a_short_answer_that_breaks_a_rule_is_told_where(body, place):
    with pytest.raises(UnfitBody) as fault:
        get_type("short_answer").check(body)

    assert place in [where for where, _ in fault.value.problems]


# --- Numbers --------------------------------------------------------------------------------------

NUMERICAL = get_type("numerical")
DISTANCE = number_body(
    (1, "3", "0.1", None),
    ("1/2", "3", None, "10"),
    units=[("m", "0.001"), ("km", "1"), (VOTERS, "7")],
)


def grade_number(body, value, unit="", language="fr"):
    kept = NUMERICAL.read_response(body, {"value": value, "unit": unit})
    return NUMERICAL.grade(body, kept, language)


def problem_with(body, value, unit="", language="fr"):
    kept = NUMERICAL.read_response(body, {"value": value, "unit": unit})
    problem = NUMERICAL.find_problem(body, kept, language)
    return problem and str(problem)


def test_a_number_is_kept_as_it_was_written_without_blanks_around_it():
    body = number_body((1, "3", None, None))

    assert NUMERICAL.read_response(body, {"value": " 3,140 \n"}) == {"value": "3,140", "unit": ""}
    assert NUMERICAL.read_response(body, {"value": "e\u0301"}) == {"value": "é", "unit": ""}


@pytest.mark.parametrize(
    ("value", "mark"),
    [("9", 1), ("11", 1), ("8,999999999", "1/2"), ("11,000000001", "1/2"), ("8", "1/2"), ("12", "1/2"),
     ("7,999999999", 0), ("12,000000001", 0), ("1e1", 1), ("-10", 0)],
)  # fmt: skip
def test_the_ends_of_a_tolerance_are_within_it_and_nothing_beyond(value, mark):
    body = number_body((1, "10", "1", None), ("1/2", "10", None, "20"))

    assert grade_number(body, value) == Fraction(mark)
    # Whatever the order of the answers.
    assert grade_number({**body, "answers": body["answers"][::-1]}, value) == Fraction(mark)


def test_a_percentage_of_a_number_below_zero_reaches_as_far_on_both_sides():
    body = number_body((1, "-0.1", None, "10"))

    assert grade_number(body, "-0,11") == grade_number(body, "\u22120,09") == 1
    assert grade_number(body, "-0,1100001") == 0


def test_a_number_is_compared_exactly_where_binary_fractions_would_fail():
    body = number_body((1, "0.3", None, None), units=[("x", "1"), ("tiers", "1/3")])

    assert grade_number(body, "0,3", "x") == 1
    assert grade_number(body, "0,9", "tiers") == 1
    assert grade_number(body, "0,30000000000000004", "x") == 0


@given(
    st.text(), st.sampled_from(["", "u0", "u1", "u2"]), st.sampled_from(["fr", "en", "ar", "sw"])
)
def test_any_text_has_a_mark_or_a_problem_and_never_both(text, unit, language):
    kept = NUMERICAL.read_response(DISTANCE, {"value": text[:100], "unit": unit})

    mark = NUMERICAL.grade(DISTANCE, kept, language)

    assert (mark is None) == (NUMERICAL.find_problem(DISTANCE, kept, language) is not None)
    assert mark is None or mark in {0, Fraction(1, 2), 1}
    assert NUMERICAL.grade(DISTANCE, kept, language) == mark


@given(st.data())
def test_the_order_of_the_answers_means_nothing(data):
    numbers = st.integers(-30, 30).map(str)
    answer = st.tuples(
        st.sampled_from(["0", "1/3", "1"]), numbers, st.integers(0, 9).map(str), st.none()
    )
    answers = [*data.draw(st.lists(answer, max_size=5)), ("1", "0", None, None)]
    shuffled = data.draw(st.permutations(answers))
    value = data.draw(numbers)

    mark = grade_number(number_body(*answers), value)

    assert mark == grade_number(number_body(*shuffled), value)
    within = [
        Fraction(fraction)
        for fraction, middle, tolerance, _ in answers
        if abs(int(value) - int(middle)) <= int(tolerance or 0)
    ]
    assert mark == max(within, default=0)


@pytest.mark.parametrize("language", ["fr", "en", "sw"])
@pytest.mark.parametrize(
    ("value", "unit", "mark"),
    [
        ("3", "u1", 1),
        ("3", "km", 1),
        (" 3 ", " km ", 1),
        ("3000", "u0", 1),
        ("3e3", "m", 1),
        ("3 km", "", 1),
        ("3km", "", 1),
        ("3\u202fkm", "u1", 1),
        ("2900 m", "", 1),
        ("2899 m", "", "1/2"),
        ("3", "m", 0),
        ("3 m", "", 0),
        ("21", "voters", 0),
        ("3", "", 0),
        ("", "km", 0),
    ],
)
def test_a_unit_is_chosen_or_written_and_counts(value, unit, mark, language):
    assert grade_number(DISTANCE, value, unit, language) == Fraction(mark)
    assert problem_with(DISTANCE, value, unit, language) is None


def test_a_unit_is_known_by_its_name_in_every_language_and_kept_by_its_key():
    for name in ("électeurs", "e\u0301lecteurs", "voters", "u2"):
        kept = NUMERICAL.read_response(DISTANCE, {"value": "3", "unit": name})
        assert kept == {"value": "3", "unit": "u2"}


@pytest.mark.parametrize("unit", ["KM", "mile", "no such unit", " ", "k" * 1_000_000])
def test_a_unit_that_is_not_in_the_question_is_refused(unit):
    with pytest.raises(UnfitResponse) as refusal:
        NUMERICAL.read_response(DISTANCE, {"value": "3", "unit": unit})

    assert str(refusal.value.message) == "The unit that is chosen is not in the question."


@pytest.mark.parametrize(
    ("value", "unit", "is_complete"),
    [
        ("3", "", False),
        ("", "u1", False),
        ("3", "u1", True),
        ("3 km", "", True),
        ("much", "", False),
    ],
)
def test_a_number_without_its_unit_is_incomplete(value, unit, is_complete):
    kept = NUMERICAL.read_response(DISTANCE, {"value": value, "unit": unit})

    assert NUMERICAL.is_complete(DISTANCE, kept) is is_complete


def test_percent_can_be_a_unit_and_is_nothing_else():
    body = number_body((1, "4", None, None), units=[("%", "1")])

    assert grade_number(body, "4 %") == grade_number(body, "4%", "u0") == 1
    assert grade_number(number_body((1, "4", None, None)), "4 %") is None


@pytest.mark.parametrize(
    ("value", "unit", "language", "message"),
    [
        ("1.234", "u1", "fr", "This number can be read as 1,234 or as 1234. Write the one that you mean."),
        ("1.234 km", "", "fr", "This number can be read as 1,234 or as 1234. Write the one that you mean."),
        ("1.234", "", "fr", "This number can be read as 1,234 or as 1234. Write the one that you mean."),
        ("1,234", "u1", "sw", "This number can be read as 1.2340 or as 1234. Write the one that you mean."),
        ("about ten", "u1", "fr",
         "This cannot be read as a number. Write it in digits alone, for example 1250 or 12,5."),
        ("1e999", "u1", "en",
         "This cannot be read as a number. Write it in digits alone, for example 1250 or 12.5."),
        ("3 km", "u0", "fr",
         "“km” is written after the number, and another unit is chosen. Keep the one that you mean."),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_told_and_left_to_a_person(value, unit, language, message):
    assert problem_with(DISTANCE, value, unit, language) == message
    assert grade_number(DISTANCE, value, unit, language) is None


def explain_number(body, value, unit="", language="fr"):
    type_, rendered, prepared, _ = open_form("numerical", body)
    kept = type_.read_response(body, {"value": value, "unit": unit})
    return type_.explain(body, rendered, prepared, kept, language)


def test_a_review_shows_what_is_accepted_and_what_was_written():
    body = number_body((1, "12500.5", "1", None), (0, "12", None, None), units=[(VOTERS, "1")])

    (line,) = explain_number(body, "12501 électeurs")

    assert line.text == {
        "fr": "12\u202f500,5\u00a0électeurs (12\u202f499,5\u00a0–\u00a012\u202f501,5)",
        "en": "12,500.5\u00a0voters (12,499.5\u00a0–\u00a012,501.5)",
    }
    assert (line.is_given, line.is_right, line.fraction) == (True, True, 1)
    assert line.given == {"fr": "12501 électeurs", "en": "12501 électeurs"}
    assert line.feedback == {"fr": "<i>Retour 0</i>", "en": "<i>Feedback 0</i>"}


def test_a_review_of_a_listed_wrong_number_says_why_and_shows_the_right_one():
    body = number_body((1, "25", None, None), (0, "12.5", None, None))

    right, wrong = explain_number(body, "12.5")

    assert (right.text["fr"], right.is_given, right.is_right, right.given) == (
        "25",
        False,
        True,
        None,
    )
    assert (wrong.text["fr"], wrong.is_given, wrong.is_right) == ("12,5", True, False)
    assert wrong.feedback["en"] == "<i>Feedback 1</i>"


def test_a_review_of_any_other_number_shows_it_as_it_was_typed():
    body = number_body((1, "25", None, None), units=[("<km>", "1")])

    wrong, right = explain_number(body, "7", "u0")

    assert wrong.text["fr"] == "7\u00a0&lt;km&gt;"
    assert (wrong.is_given, wrong.is_right, wrong.fraction) == (True, False, 0)
    assert wrong.feedback == {"fr": "<i>Sinon</i>", "en": "<i>Otherwise</i>"}
    assert right.text["en"] == "25\u00a0&lt;km&gt;"


def test_a_review_of_a_number_without_unit_says_so():
    wrong, _ = explain_number(DISTANCE, "3")

    assert wrong.is_given
    assert str(wrong.feedback) == "The unit is missing."


def test_a_review_of_what_a_person_must_mark_calls_it_neither_right_nor_wrong():
    body = number_body((1, "1234", None, None))

    waiting, right = explain_number(body, "1.234")

    assert str(waiting.text) == "This answer is marked by a person."
    assert waiting.given == {"fr": "1.234", "en": "1.234"}
    assert not waiting.is_given
    assert not waiting.is_right
    assert right.text["fr"] == "1234"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (number_body(("1/2", "1", None, None)), ("answers",)),
        (number_body((1, "1", None, None), (2, "1", None, None)), ("answers", 1, "fraction")),
        (number_body((1, "1", None, None), ("-1/2", "1", None, None)), ("answers", 1, "fraction")),
        (number_body((1, "1", "-0.1", None)), ("answers", 0, "tolerance")),
        (number_body((1, "1", None, "-1")), ("answers", 0, "tolerance_percent")),
        (number_body((1, "1", None, "101")), ("answers", 0, "tolerance_percent")),
        (number_body((1, "1", "1", "1")), ("answers", 0, "tolerance_percent")),
        (number_body((1, "1", None, None), units=[("km", "2")]), ("units",)),
        (
            number_body((1, "1", None, None), units=[("km", "1"), ("m", "0")]),
            ("units", 1, "multiplier"),
        ),
        (number_body((1, "1", None, None), units=[("km", "1"), ("km", "2")]), ("units", 1, "text")),
        (number_body((1, "1", None, None), units=[(f"u{n}", "1") for n in range(21)]), ("units",)),
    ],
)
def test_a_numerical_question_that_breaks_a_rule_is_told_where(body, place):
    with pytest.raises(UnfitBody) as fault:
        NUMERICAL.check(body)

    assert place in [where for where, _ in fault.value.problems]


def test_a_unit_whose_key_stands_twice_is_told():
    body = number_body((1, "1", None, None), units=[("km", "1"), ("m", "2")])
    body["units"][1]["key"] = "u0"

    with pytest.raises(UnfitBody) as fault:
        NUMERICAL.check(body)

    assert ("units", 1, "key") in [where for where, _ in fault.value.problems]


# --- Matching -------------------------------------------------------------------------------------


@given(st.data())
def test_each_right_pair_earns_its_share_whatever_the_order(data):
    body = matching_body(0, 1, 2, 0)
    matching = get_type("matching")
    made = data.draw(
        st.dictionaries(
            st.sampled_from(["p0", "p1", "p2", "p3"]), st.sampled_from(["o0", "o1", "o2"])
        )
    )
    right = {"p0": "o0", "p1": "o1", "p2": "o2", "p3": "o0"}

    mark = matching.grade(body, matching.read_response(body, {"pairs": made}), "fr")

    assert mark == Fraction(sum(right[key] == option for key, option in made.items()), 4)


def test_both_sides_are_shuffled_even_where_the_author_s_order_is_asked_for():
    body = matching_body(*range(8), options=8)
    matching = get_type("matching")

    as_asked = matching.prepare(body, Random(1), shuffles=True)
    kept = matching.prepare(body, Random(1), shuffles=False)

    assert kept == as_asked
    assert kept["order"] != [option["key"] for option in body["options"]]
    assert kept["prompts"] != [pair["key"] for pair in body["pairs"]]


def test_a_review_of_a_pair_says_what_was_chosen_instead():
    body = matching_body(0, 1)
    type_, rendered, prepared, _ = open_form("matching", body)

    lines = type_.explain(body, rendered, prepared, {"pairs": {"p0": "o2", "p1": "o1"}}, "fr")
    given = {line.text["fr"]: (line.is_given, line.given) for line in lines}

    assert given["<i>Chose 0</i> → <i>Option 0</i>"] == (False, {"fr": "<i>Option 2</i>"})
    assert given["<i>Chose 1</i> → <i>Option 1</i>"] == (True, None)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (matching_body(0, options=1), ("options",)),
        (matching_body(0), ("pairs",)),
        (matching_body(0, 9), ("pairs", 1, "option")),
        (
            {**matching_body(0, 1), "options": matching_body(0, 1)["options"] * 2},
            ("options", 0, "key"),
        ),
    ],
)
def test_a_matching_that_breaks_a_rule_is_told_where(body, place):
    with pytest.raises(UnfitBody) as fault:
        get_type("matching").check(body)

    assert place in [where for where, _ in fault.value.problems]
