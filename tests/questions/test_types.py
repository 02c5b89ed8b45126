"""True or false, short answers and matching; and what the form of every type must do."""

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


def choice_body(*fractions):
    return {
        "key": "q",
        "prompt": TEXT,
        "feedback": None,
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


EACH = [
    ("single_choice", choice_body(0, 1, 0)),
    ("multiple_choice", choice_body(Fraction(1, 2), -1, Fraction(1, 2))),
    ("true_false", truth_body(False)),
    ("short_answer", short_body((1, "dépouillement"), (Fraction(1, 2), "recensement"))),
    ("matching", matching_body(0, 2, 0)),
]


def open_form(name, body):
    type_ = get_type(name)
    rendered = type_.render(body, lambda text: f"<i>{text}</i>")
    prepared = type_.prepare(body, Random(1))
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
    assert type_.grade(body, empty) == type_.grade(body, None) == 0


@pytest.mark.parametrize(("name", "body"), EACH)
def test_the_examples_earn_what_they_say(name, body):
    type_ = get_type(name)
    examples = type_.examples(body)

    assert all(type_.grade(body, type_.read_response(body, r)) == 1 for r in examples.right)
    assert all(
        0 < type_.grade(body, type_.read_response(body, r)) < 1 for r in examples.partly_right
    )
    assert all(type_.grade(body, type_.read_response(body, r)) == 0 for r in examples.wrong)
    assert type_.right_response(body) in examples.right
    for response in examples.malformed:
        with pytest.raises(UnfitResponse):
            type_.read_response(body, response)


@pytest.mark.parametrize(("name", "body"), EACH)
def test_a_review_shows_what_is_right_and_what_was_given(name, body):
    type_, rendered, prepared, _ = open_form(name, body)

    unanswered = type_.explain(body, rendered, prepared, None)
    right = type_.explain(body, rendered, prepared, type_.right_response(body))

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
    return short.grade(body, short.read_response(body, {"text": text}))


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

    lines = type_.explain(body, rendered, prepared, {"text": "<script>alert(1)</script>"})

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

    mark = matching.grade(body, matching.read_response(body, {"pairs": made}))

    assert mark == Fraction(sum(right[key] == option for key, option in made.items()), 4)


def test_a_review_of_a_pair_says_what_was_chosen_instead():
    body = matching_body(0, 1)
    type_, rendered, prepared, _ = open_form("matching", body)

    lines = type_.explain(body, rendered, prepared, {"pairs": {"p0": "o2", "p1": "o1"}})
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
