"""The types of questions: bounds, order, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue import LessonKind
from lms.catalogue.course_files import read_course
from lms.questions import BankPart
from lms.questions.domain import TYPES, UnfitBody, UnfitResponse, get_type, option_key
from lms.quizzes import QuizKind

COURSES = Path(__file__).resolve().parents[2] / "courses"

SINGLE, MULTIPLE = get_type("single_choice"), get_type("multiple_choice")


def make_body(*fractions):
    return {
        "key": "which",
        "prompt": {"fr": "Lequel ?", "en": "Which?"},
        "options": [
            {
                "key": option_key("which", f"option-{number}"),
                "name": f"option-{number}",
                "fraction": str(fraction),
                "text": {"fr": "Un", "en": "One"},
                "feedback": {"fr": "Oui", "en": "Yes"},
            }
            for number, fraction in enumerate(fractions)
        ],
        "all_or_nothing": False,
        "feedback": None,
    }


@st.composite
def single_bodies(draw):
    count = draw(st.integers(2, 20))
    right = draw(st.integers(0, count - 1))
    return make_body(*(int(number == right) for number in range(count)))


@st.composite
def multiple_bodies(draw):
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=9))
    wrong = draw(
        st.lists(st.fractions(-1, Fraction(-1, 100), max_denominator=100), min_size=1, max_size=9)
    )
    fractions = [Fraction(weight, sum(weights)) for weight in weights] + wrong
    return make_body(*draw(st.permutations(fractions)))


questions = st.one_of(
    st.tuples(st.just(SINGLE), single_bodies()), st.tuples(st.just(MULTIPLE), multiple_bodies())
)


def keys(body):
    return [option["key"] for option in body["options"]]


@given(questions)
def test_every_body_that_these_tests_make_is_fit(question):
    type_, body = question

    type_.check(body)


@given(questions, st.data())
def test_every_mark_lies_between_0_and_1_whatever_the_order_of_the_choices(question, data):
    type_, body = question
    most = 1 if type_ is SINGLE else len(body["options"])
    chosen = data.draw(st.lists(st.sampled_from(keys(body)), unique=True, max_size=most))
    shuffled = data.draw(st.permutations(chosen))

    mark = type_.grade(body, type_.read_response(body, {"choices": chosen}), "fr")

    assert 0 <= mark <= 1
    assert type_.grade(body, type_.read_response(body, {"choices": shuffled}), "fr") == mark
    assert isinstance(mark, Fraction)


@given(questions)
def test_the_right_response_earns_1_and_no_answer_0(question):
    type_, body = question

    assert type_.grade(body, type_.right_response(body), "fr") == 1
    assert type_.grade(body, None, "fr") == 0
    assert type_.grade(body, {"choices": []}, "fr") == 0


@given(multiple_bodies())
def test_ticking_everything_never_earns_the_full_mark(body):
    assert MULTIPLE.grade(body, {"choices": keys(body)}, "fr") < 1


@given(questions, st.integers())
def test_one_seed_makes_one_order_of_all_options(question, seed):
    type_, body = question

    first = type_.prepare(body, Random(seed), shuffles=True)

    assert first == type_.prepare(body, Random(seed), shuffles=True)
    assert sorted(first["order"]) == sorted(keys(body))


@given(questions, st.integers())
def test_the_author_s_order_is_kept_where_nothing_is_shuffled(question, seed):
    type_, body = question

    assert type_.prepare(body, Random(seed), shuffles=False) == {"order": keys(body)}


def check_examples(type_, body):
    examples = type_.examples(body)
    complete = (*examples.right, *examples.partly_right, *examples.wrong)
    # Whatever the language in which they are given, even one that nobody foresaw.
    for language in ("fr", "en", "ar", "sw"):
        for response in examples.right:
            assert type_.grade(body, type_.read_response(body, response), language) == 1
        for response in examples.partly_right:
            assert 0 < type_.grade(body, type_.read_response(body, response), language) < 1
        for response in examples.wrong:
            assert type_.grade(body, type_.read_response(body, response), language) == 0
        for response in complete:
            kept = type_.read_response(body, response)
            assert type_.find_problem(body, kept, language) is None
    for response in complete:
        kept = type_.read_response(body, response)
        assert type_.is_complete(body, kept)
        assert type_.read_response(body, kept) == kept
    for response in examples.malformed:
        with pytest.raises(UnfitResponse):
            type_.read_response(body, response)


@given(questions)
def test_the_examples_of_a_type_are_what_they_say(question):
    check_examples(*question)


def test_the_examples_hold_for_every_question_of_our_own_courses():
    course = read_course(COURSES, {"lesson": LessonKind(), "quiz": QuizKind()}, [BankPart()])
    banks = [module.parts["bank"] for module in course.modules]

    assert course.faults == ()
    assert sum(len(bank.questions) for bank in banks) >= 10
    for bank in banks:
        for question in bank.questions.values():
            check_examples(get_type(question.type), question.body)


@pytest.mark.parametrize("type_", [SINGLE, MULTIPLE])
def test_an_empty_response_takes_an_answer_back(type_):
    body = make_body(1, -1) if type_ is MULTIPLE else make_body(1, 0)

    response = type_.read_response(body, {"choices": []})

    assert not type_.is_complete(body, response)


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ([], "The response must be an object with “choices” alone."),
        ({"text": "x"}, "The response must be an object with “choices” alone."),
        ({"choices": "x"}, "“choices” must be a list of option ids."),
        ({"choices": [None]}, "“choices” must be a list of option ids."),
        ({"choices": ["option-0"]}, "An option that is chosen is not in the question."),
    ],
)
def test_an_unfit_response_is_told_why(response, message):
    with pytest.raises(UnfitResponse) as refusal:
        SINGLE.read_response(make_body(1, 0), response)

    assert str(refusal.value.message) == message


def test_only_one_option_of_a_single_choice_is_chosen():
    body = make_body(1, 0)

    with pytest.raises(UnfitResponse) as refusal:
        SINGLE.read_response(body, {"choices": keys(body)})

    assert str(refusal.value.message) == "Only one option can be chosen here."


def test_an_option_chosen_twice_is_refused():
    body = make_body(1, -1)

    with pytest.raises(UnfitResponse) as refusal:
        MULTIPLE.read_response(body, {"choices": [keys(body)[0]] * 2})

    assert str(refusal.value.message) == "An option is chosen twice."


@pytest.mark.parametrize(
    ("type_", "fractions"),
    [
        (SINGLE, [1, 1]),
        (SINGLE, [0, 0]),
        (SINGLE, [1, -1]),
        (SINGLE, [1]),
        (MULTIPLE, [1]),
        (MULTIPLE, [1, 0]),
        (MULTIPLE, [Fraction(1, 2), -1]),
        (MULTIPLE, [Fraction(1, 2), Fraction(1, 2)]),
        (MULTIPLE, [1, -2]),
        (MULTIPLE, [Fraction(1, 20)] * 20 + [-1]),
    ],
)
def test_a_body_that_breaks_the_rules_is_refused(type_, fractions):
    with pytest.raises(UnfitBody) as refusal:
        type_.check(make_body(*fractions))

    assert refusal.value.problems


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_registered_under_its_own_name(name):
    assert get_type(name).name == name


def test_an_option_s_key_does_not_tell_its_name_and_stays():
    assert option_key("which", "right") == option_key("which", "right")
    assert option_key("which", "right") != option_key("what", "right")
    assert "right" not in option_key("which", "right")


def test_rendering_keeps_the_shape_and_all_languages():
    body = make_body(1, 0)

    rendered = SINGLE.render(body, str.upper)

    assert rendered["prompt"] == {"fr": "LEQUEL ?", "en": "WHICH?"}
    assert rendered["options"][0] == {
        "key": keys(body)[0],
        "text": {"fr": "UN", "en": "ONE"},
        "feedback": {"fr": "OUI", "en": "YES"},
    }
    assert rendered["feedback"] == {}
