"""Two devices, two answers: both are kept, both are shown, and the learner's choice settles it."""

from __future__ import annotations

import pytest

from tests.made_courses import number
from tests.quizzes.sitting import choose

NO, YES, NEVER = (choose("alpha", one) for one in ("no", "yes", "never"))


@pytest.fixture
def sitting(sit):
    """An attempt where the phone said no, and the desk, which had not seen it, said yes."""
    sitting = sit()
    sitting.start()
    sitting.save("alpha", NO, client="phone")
    receipt = sitting.save("alpha", YES, client="desk")
    assert (receipt["current"], receipt["late"], receipt["problem"]) == (False, False, None)
    return sitting


def test_the_api_tells_of_the_other_answer(sitting, clock):
    slot = sitting.show_slot("alpha")

    assert slot["answer"] == NO
    assert slot["rival"] == {
        "revision": 2, "received_at": clock.now.isoformat(), "answer": "Option alpha-yes",
    }  # fmt: skip
    # What is saved next has seen both.
    assert slot["revision"] == 2
    others = [one for one in sitting.show()["slots"] if one["slot"] != slot["slot"]]
    assert [one["rival"] for one in others] == [None, None]


def test_the_page_shows_both_and_says_which_counts(sitting):
    page = sitting.go()

    assert "Two answers to this question" in page.text
    assert "The one that counts now: Option alpha-no" in page.text
    assert "The other one, of 2 March 2026, 09:30 UTC: Option alpha-yes" in page.text
    assert page.has_button("Keep the one that counts")
    assert page.has_button("Take the other one")


@pytest.mark.parametrize(("revision", "answer"), [(1, NO), (2, YES)])
def test_choosing_either_settles_it_and_what_was_refused_stays_kept(sitting, revision, answer):
    slot = sitting.slot("alpha")

    reply = sitting.send_page(
        {"alpha": NO}, bases={"alpha": 2}, client="tab", choose=f"{slot}:{revision}"
    )

    assert (reply.status_code, reply.location) == (302, f"{sitting.path}#q{slot}")
    assert sitting.answers() == {"alpha": answer}
    assert sitting.show_slot("alpha")["rival"] is None
    assert "Two answers" not in sitting.go().text
    assert sitting.kept() == 3


def test_whatever_is_answered_after_both_were_shown_settles_it(sitting):
    sitting.send_page({"alpha": NEVER}, bases={"alpha": 2}, client="tab")

    assert sitting.answers() == {"alpha": NEVER}
    assert sitting.show_slot("alpha")["rival"] is None


def test_a_page_that_saw_both_and_changed_nothing_leaves_the_choice_open(sitting):
    sitting.send_page({"alpha": NO}, bases={"alpha": 2}, client="tab")

    assert sitting.kept() == 2
    assert sitting.show_slot("alpha")["rival"] is not None


def test_a_page_that_is_stale_says_so_and_shows_its_answer_as_the_other(sitting):
    slot = sitting.slot("alpha")
    sitting.send_page({"alpha": NEVER}, client="tab")

    page = sitting.go()

    assert f"Another device had answered meanwhile: questions {slot}." in page.text
    # The newest of those that do not count.
    assert "UTC: Option alpha-never" in page.text
    assert sitting.answers() == {"alpha": NO}


def test_an_answer_taken_from_another_device_keeps_the_language_it_was_typed_in(sit):
    sitting = sit(questions=[number("many")], draw=1)
    sitting.start()
    sitting.save("many", {"value": "7"}, client="phone")
    sitting.save("many", {"value": "1,500"}, client="desk", typed_in="fr")

    sitting.send_page({}, choose=f"{sitting.slot('many')}:2", language="en")

    # One and a half, as a French hand wrote it; in English it would be the right one.
    assert sitting.submit().json["score"] == 0


@pytest.mark.parametrize("choice", ["1:9", "99:1", "1:x", "x:1", "1:-1", "1:٢"])
def test_a_choice_that_was_never_offered_is_refused_and_nothing_of_the_page_is_kept(
    sitting, choice
):
    slot = sitting.slot("alpha")
    choice = f"{slot}{choice[1:]}" if choice.startswith("1") else choice

    reply = sitting.send_page({"alpha": NEVER}, bases={"alpha": 2}, choose=choice)

    assert reply.status_code == 422
    assert sitting.kept() == 2


def test_after_the_submission_what_counted_counts_and_there_is_nothing_to_choose(sitting):
    sitting.submit()

    assert sitting.show_slot("alpha")["rival"] is None
    assert sitting.answers() == {"alpha": NO}
    assert "Two answers" not in sitting.go().text
    sitting.send_page({}, choose=f"{sitting.slot('alpha')}:2")
    assert sitting.answers() == {"alpha": NO}


def test_nobody_chooses_for_another(sitting):
    trainer = sitting.as_trainer()

    assert trainer.send_page({}, choose=f"{trainer.slot('alpha')}:2").status_code == 403
    assert sitting.answers() == {"alpha": NO}
