"""Feedback question by question: an answer that was checked is final, and tells of no other question."""

from __future__ import annotations

import pytest

from tests.made_courses import number, several, single
from tests.quizzes.sitting import choose

IMMEDIATE = {"feedback": "immediate"}
FINAL = "This question was checked, so its answer is final."
TOO_LITTLE = "Answer the whole question first, then check it."
MATCHING = {
    "key": "pairs",
    "type": "matching",
    "prompt": {"fr": "Associez", "en": "Match"},
    "options": [
        {"key": name, "text": {"fr": f"À {name}", "en": f"To {name}"}} for name in ("left", "right")
    ],
    "pairs": [
        {"key": key, "prompt": {"fr": key, "en": key}, "option": name,
         "feedback": {"fr": f"Car {name}", "en": f"Because of {name}"}}
        for key, name in (("one", "left"), ("two", "right"))
    ],
}  # fmt: skip


@pytest.fixture
def sitting(sit):
    sitting = sit(IMMEDIATE, questions=[single("alpha"), several("gamma"), number("delta")])
    sitting.start()
    return sitting


def test_a_check_tells_what_was_right_of_that_question_alone(sitting):
    sitting.save("alpha", choose("alpha", "no"))
    sitting.save("gamma", choose("gamma", "one"))

    reply = sitting.check("alpha")

    assert reply.status_code == 200
    assert reply.json["slot"] == sitting.slot("alpha")
    assert reply.json["review"]["mark"] == 0
    right = [line["text"] for line in reply.json["review"]["lines"] if line["right"]]
    assert right == ["Option alpha-yes"]
    assert sitting.show_slot("alpha")["review"] == reply.json["review"]
    assert [slot["review"] for slot in sitting.show()["slots"]].count(None) == 2
    assert "gamma-one" not in sitting.api("GET", sitting.path).text.replace("Option gamma-one", "")
    page = sitting.go()
    assert "Because of alpha-no" in page.text
    assert "Because of gamma" not in page.text


def test_a_check_twice_changes_nothing(sitting, clock):
    sitting.save("alpha", choose("alpha", "yes"))
    first = sitting.check("alpha").json
    clock.set(minutes=5)

    assert sitting.check("alpha").json == first


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_comes_after_a_check_is_kept_does_not_count_and_says_why(sitting, language):
    sitting.save("alpha", choose("alpha", "no"))
    sitting.check("alpha")

    own = sitting.save("alpha", choose("alpha", "yes"), base=1, language=language)
    other = sitting.save("alpha", choose("alpha", "never"), client="desk", language=language)

    for receipt in (own, other):
        assert (receipt["current"], receipt["late"]) == (False, False)
        assert receipt["problem"] == sitting.say(FINAL, language)
    assert sitting.answers() == {"alpha": choose("alpha", "no")}
    assert sitting.show_slot("alpha")["rival"] is None
    assert sitting.submit().json["score"] == 0


def test_a_page_that_still_had_the_question_is_told_that_it_was_final(sitting):
    sitting.save("alpha", choose("alpha", "no"))
    sitting.check("alpha")

    sitting.send_page({"alpha": choose("alpha", "yes")}, bases={"alpha": 1})

    assert "The answers to these questions were final already." in sitting.go().text
    assert sitting.kept() == 2


def test_a_page_saves_its_answers_and_checks_the_one_whose_button_was_pressed(sitting):
    alpha = sitting.slot("alpha")

    reply = sitting.send_page(
        {"alpha": choose("alpha", "yes"), "gamma": choose("gamma", "one")}, check=alpha
    )

    assert (reply.status_code, reply.location) == (302, f"{sitting.path}#q{alpha}")
    assert sitting.answers() == {
        "alpha": choose("alpha", "yes"), "gamma": choose("gamma", "one"),
    }  # fmt: skip
    page = sitting.go()
    assert "Because of alpha-yes" in page.text
    # What is final is no field any more.
    assert f"base-{alpha}" not in page.html
    assert f"base-{sitting.slot('gamma')}" in page.html


@pytest.mark.parametrize(
    ("key", "values", "response"),
    [
        ("alpha", {}, None),
        ("alpha", {"choices": []}, {"choices": []}),
        ("delta", {"value": ""}, {"value": ""}),
        # Which of two numbers it is, nobody can know.
        ("delta", {"value": "1.500"}, {"value": "1.500"}),
        ("delta", {"value": "many"}, {"value": "many"}),
    ],
)
def test_an_answer_that_is_not_whole_or_not_clear_is_not_checked_and_the_page_is_kept(
    sitting, key, values, response
):
    if response is not None:
        sitting.save(key, response, typed_in="fr")
    reply = sitting.check(key)
    assert (reply.status_code, reply.json["detail"]) == (409, TOO_LITTLE)

    sent = sitting.send_page(
        {key: values, "gamma": choose("gamma", "two")},
        bases={key: int(response is not None)},
        check=sitting.slot(key),
        language="fr",
    )

    assert sent.status_code == 302
    assert sitting.answers()["gamma"] == choose("gamma", "two")
    assert sitting.say(TOO_LITTLE, "fr") in sitting.go().text
    assert sitting.show_slot(key)["review"] is None


def test_half_a_matching_is_not_checked(sit):
    sitting = sit(IMMEDIATE, questions=[MATCHING], draw=1)
    sitting.start()
    whole = sitting.right("pairs")
    half = {"pairs": dict(list(whole["pairs"].items())[:1])}
    sitting.save("pairs", half)
    assert sitting.check("pairs").json["detail"] == TOO_LITTLE

    sitting.save("pairs", whole, base=1)

    assert sitting.check("pairs").json["review"]["mark"] == 1


def test_where_feedback_waits_for_the_submission_nothing_is_checked(sit):
    sitting = sit()
    sitting.start()
    sitting.save("alpha", choose("alpha", "yes"))

    reply = sitting.check("alpha")

    text = "This test shows what was right after it has been submitted."
    assert (reply.status_code, reply.json["detail"]) == (409, text)
    sent = sitting.send_page({"alpha": choose("alpha", "no")}, bases={"alpha": 1}, check=1)
    assert sent.status_code == 302
    assert text in sitting.go().text
    assert sitting.answers() == {"alpha": choose("alpha", "no")}
    assert not sitting.go().has_button("Check")


def test_a_closed_attempt_has_nothing_to_check(sitting):
    sitting.save("alpha", choose("alpha", "yes"))
    sitting.submit()

    assert sitting.check("alpha").status_code == 409


def test_a_question_that_is_not_there_cannot_be_checked(sitting):
    reply = sitting.api("POST", f"{sitting.path}/slots/99/check")

    assert reply.status_code == 422
    assert sitting.send_page({"alpha": {}}, check=99).status_code == 422
    assert sitting.kept() == 0


def test_what_was_checked_is_graded_with_the_rest(sitting):
    sitting.save("alpha", choose("alpha", "yes"))
    sitting.check("alpha")
    sitting.save("gamma", choose("gamma", "one", "two"))
    sitting.save("delta", {"value": "1500"})

    assert sitting.submit().json["score"] == 1


def test_after_the_submission_the_review_shows_what_it_may_even_of_what_was_checked(sit):
    sitting = sit({**IMMEDIATE, "review": {"score": "never"}})
    sitting.start()
    sitting.save("alpha", choose("alpha", "yes"))
    sitting.check("alpha")
    sitting.submit()

    assert sitting.show_slot("alpha")["review"] is None
    assert "Because of alpha" not in sitting.go().text
