"""A number that can be read in two ways: the learner is asked, and without an answer a person decides."""

from __future__ import annotations

import pytest

from lms.learning.models import Result
from lms.quizzes.models import Grade
from tests.made_courses import number, single
from tests.quizzes.sitting import choose

# In French it is neither a decimal nor a thousand and a half.
UNCLEAR = {"value": "1.500"}


@pytest.fixture
def sitting(sit):
    sitting = sit(questions=[number("many", "1500"), single("alpha")], draw=2)
    sitting.start()
    return sitting


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_receipt_says_what_to_mend_in_the_readers_language_and_a_repeat_says_it_again(
    sitting, language
):
    one = sitting.as_save("many", UNCLEAR, language="fr")

    first = sitting.send(one, language=language).json["receipts"][0]

    assert first["current"]
    assert "1.500" in first["problem"] or "500" in first["problem"]
    assert sitting.send(one, language=language).json["receipts"] == [first]
    # The problem is kept as a message, so that the next reader has it in another language.
    assert sitting.show_slot("many", language=language)["problem"] == first["problem"]


def test_what_is_clear_in_the_language_it_was_typed_in_has_no_problem(sitting):
    receipt = sitting.save("many", UNCLEAR, typed_in="en")

    assert (receipt["problem"], receipt["current"]) == (None, True)
    # 1.5 of 1,500.
    assert sitting.submit().json["score"] == 0


def test_a_page_is_typed_in_the_language_that_it_is_shown_in(sitting):
    sitting.send_page({"many": {"value": "1.500"}}, language="fr")
    assert sitting.show_slot("many")["problem"] is not None

    sitting.send_page({"many": {"value": "1,500"}}, bases={"many": 1}, language="en")

    assert sitting.show_slot("many")["problem"] is None
    sitting.save("alpha", choose("alpha", "yes"))
    assert sitting.submit().json["score"] == 1


def test_the_page_asks_and_the_last_look_names_the_question(sitting):
    sitting.save("many", UNCLEAR, typed_in="fr")
    problem = sitting.show_slot("many")["problem"]
    slot = sitting.slot("many")

    page = sitting.go()
    assert problem in page.text
    field = next(one for one in page.root.iter("input") if one.get("name", "").endswith(".value"))
    assert field.get("value") == "1.500"
    assert field.get("aria-invalid") == "true"

    last_look = sitting.post(f"{sitting.path}/submit", {}).text
    assert "An answer cannot be read for certain" in last_look
    assert f'#q{slot}"' in last_look
    assert sitting.attempt().submitted_at is None


def test_once_it_is_mended_nothing_is_asked_any_more(sitting):
    sitting.save("many", UNCLEAR, typed_in="fr")
    mended = sitting.save("many", {"value": "1500"}, base=1, typed_in="fr")

    assert mended["problem"] is None
    assert "cannot be read" not in sitting.post(f"{sitting.path}/submit", {}).text
    sitting.save("alpha", choose("alpha", "yes"))
    result = sitting.submit().json
    assert (result["score"], result["passed"], result["is_waiting"]) == (1, True, False)


def test_what_nobody_can_read_waits_for_a_person_and_learning_is_told_nothing(sitting):
    sitting.save("alpha", choose("alpha", "yes"))
    sitting.save("many", UNCLEAR, typed_in="fr")

    result = sitting.submit().json

    assert (result["score"], result["passed"], result["is_waiting"]) == (None, None, True)
    shown = sitting.show()
    assert (shown["score"], shown["passed"], shown["is_waiting"]) == (None, None, True)
    marks = {slot["slot"]: slot["review"]["mark"] for slot in shown["slots"]}
    assert marks == {sitting.slot("alpha"): 1, sitting.slot("many"): None}
    assert sitting.count(Result) == 0
    assert sitting.count(Grade) == 1
    assert (sitting.line().state, sitting.line().score) == ("open", None)
    assert str(sitting.line().note) == "A trainer has an answer to mark."
    page = sitting.go()
    assert page.title == "Your answers are in"
    assert "a trainer marks it" in page.text
    assert "Waits for a trainer" in page.text
    assert "A trainer has an answer to mark." in sitting.go(f"/learn/{sitting.enrolment_id}").text


def test_one_may_try_again_while_a_person_has_yet_to_mark(sitting):
    sitting.save("many", UNCLEAR, typed_in="fr")
    sitting.submit()

    sitting.sit("many", "alpha")

    assert (sitting.line().state, sitting.line().score) == ("done", 1)
    assert sitting.line().note is None


def test_whether_an_attempt_waits_is_no_secret_where_the_score_is(sit):
    sitting = sit({"review": {"score": "never"}}, questions=[number("many")], draw=1)
    sitting.start()
    sitting.save("many", UNCLEAR, typed_in="fr")

    assert sitting.submit().json["is_waiting"]
    assert "The score of this test is not shown here." in sitting.go().text


def test_a_number_near_enough_earns_its_part(sitting):
    sitting.save("many", {"value": "1 400"}, typed_in="fr")

    assert sitting.submit().json["score"] == 0.25
