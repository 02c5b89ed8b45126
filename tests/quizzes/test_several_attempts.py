"""What several attempts make together, and how much of it their learner may know, and when."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from lms.learning.models import Result
from lms.quizzes import tasks
from tests.conftest import NOW
from tests.quizzes.sitting import choose

ALL = ("alpha", "beta", "gamma")
CLOSES = {"closes": (NOW + timedelta(hours=2)).isoformat()}
AFTER = 121
# What no page and no reply may say while the score is hidden.
TELLING = ("33 %", "33%", "0.33", "Not passed", "failed", "Wrong", "Right", "Because of")


def score_of(line) -> Fraction | None:
    """Return the score as thirds: what is kept is rounded to six decimals."""
    return None if line.score is None else Fraction(line.score).limit_denominator(36)


def words_of(sitting) -> str:
    """Return all that the learner reads about the quiz, in pages and by the API."""
    enrolment = f"/learn/{sitting.enrolment_id}"
    pages = [sitting.go(path).text for path in (enrolment, f"{enrolment}/test", sitting.path)]
    replies = [
        sitting.api("GET", path).text
        for path in (f"/enrolments/{sitting.enrolment_id}", sitting.path)
    ]
    return " ".join(pages + replies)


def score_by_api(sitting) -> tuple[str, float | None]:
    reply = sitting.api("GET", f"/enrolments/{sitting.enrolment_id}")
    line = next(one for one in reply.json["activities"] if one["key"] == "test")
    return line["state"], line["score"]


# --- Which of them count --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grading", "scores"),
    [
        ("highest", [Fraction(1, 3), Fraction(1), Fraction(1)]),
        ("average", [Fraction(1, 3), Fraction(2, 3), Fraction(4, 9)]),
        ("first", [Fraction(1, 3)] * 3),
        ("last", [Fraction(1, 3), Fraction(1), Fraction(0)]),
    ],
)
def test_the_method_says_what_learning_gets_after_each_attempt(sit, grading, scores):
    sitting = sit({"grading": grading}, attempts=3)
    found = []

    for right in (("alpha",), ALL, ()):
        sitting.sit(*right)
        found.append(score_of(sitting.line()))

    assert found == scores
    assert sitting.count(Result) == 3


@pytest.mark.parametrize(
    ("grading", "states"),
    [
        ("highest", ["failed", "done"]),
        ("average", ["failed", "failed"]),
        ("first", ["failed", "failed"]),
        ("last", ["failed", "done"]),
    ],
)
def test_the_quiz_is_done_when_what_counts_reaches_the_pass_mark(sit, grading, states):
    sitting = sit({"grading": grading})
    found = []

    for right in ((), ALL):
        sitting.sit(*right)
        found.append(sitting.line().state)

    assert found == states


def test_what_is_done_stays_done_when_a_later_attempt_lowers_the_score(sit):
    sitting = sit({"grading": "last"})
    sitting.sit(*ALL)
    sitting.sit()

    assert (sitting.line().state, sitting.line().score) == ("done", 0)


def test_the_quiz_says_beforehand_which_attempts_count(sit):
    for grading, words in {
        "average": "The average of your attempts counts.",
        "first": "Your first attempt counts.",
        "last": "Your last attempt counts.",
    }.items():
        sitting = sit({"grading": grading})
        assert words in sitting.go(f"/learn/{sitting.enrolment_id}/test").text


# --- What is said of a score ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "said"),
    [((), "Read again"), (("alpha",), "Halfway"), (("alpha", "beta"), "Halfway"), (ALL, "Perfect")],
)
def test_the_highest_band_that_the_score_reaches_is_said(sit, right, said):
    bands = [
        {"from": 100, "text": {"fr": "Parfait", "en": "Perfect"}},
        {"from": 0, "text": {"fr": "À relire", "en": "Read again"}},
        {"from": 33, "text": {"fr": "À moitié", "en": "Halfway"}},
    ]
    sitting = sit({"bands": bands})
    sitting.sit(*right)

    told = sitting.go().text

    assert [word for word in ("Read again", "Halfway", "Perfect") if word in told] == [said]


def test_below_every_band_nothing_is_said(sit):
    sitting = sit({"bands": [{"from": 50, "text": {"fr": "Bien", "en": "Good work"}}]})
    sitting.sit("alpha")

    assert "Good work" not in sitting.go().text


# --- What is hidden -------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["finished", "closed", "never"])
def test_a_hidden_score_stands_nowhere_where_its_learner_looks(sit, when):
    bands = [{"from": 0, "text": {"fr": "Vous avez 33 %", "en": "You have 33 %"}}]
    sitting = sit({**CLOSES, "review": {"score": when}, "bands": bands})
    result = sitting.sit("alpha")

    assert (result["score"], result["passed"], result["is_waiting"]) == (None, None, False)
    shown = sitting.show()
    assert (shown["score"], shown["passed"]) == (None, None)
    assert [slot["review"] for slot in shown["slots"]] == [None] * 3
    # What failed looks as if nothing had come of it yet.
    assert score_by_api(sitting) == ("open", None)
    assert (sitting.line().state, sitting.line().score) == ("open", None)
    told = words_of(sitting)
    assert [word for word in TELLING if word in told] == []
    assert "Your answers are in" in told


@pytest.mark.parametrize("when", ["finished", "closed", "never"])
def test_trainers_see_what_is_hidden_from_the_learner(sit, make, when):
    sitting = sit({**CLOSES, "review": {"score": when}})
    sitting.sit("alpha")

    trainer = sitting.as_trainer()

    assert trainer.show()["score"] == pytest.approx(1 / 3, abs=1e-6)
    assert all(slot["review"] for slot in trainer.show()["slots"])
    assert (sitting.line(trainer.actor).state, score_of(sitting.line(trainer.actor))) == (
        "failed", Fraction(1, 3),
    )  # fmt: skip
    assert "Because of alpha-yes" in trainer.go().text


def test_a_pass_shows_even_where_the_score_is_hidden_since_it_opens_what_comes_after(sit):
    sitting = sit({"review": {"score": "never"}})
    sitting.sit(*ALL)

    assert score_by_api(sitting) == ("done", None)
    assert sitting.go(f"/learn/{sitting.enrolment_id}/reading").status == 200
    assert "100" not in sitting.go().text


@pytest.mark.parametrize("when", ["finished", "closed", "never"])
def test_whether_an_attempt_is_left_to_who_passed_is_told_as_to_who_failed(sit, when):
    notes = set()
    for right in ((), ALL):
        sitting = sit({**CLOSES, "review": {"score": when}}, attempts=3)
        sitting.sit(*right)
        notes.add(str(sitting.line().note))

    assert notes == {"2 attempts are left."}


# --- When it is shown -----------------------------------------------------------------------------


def test_a_score_for_the_finished_is_shown_with_the_last_attempt(sit):
    sitting = sit({"review": {"score": "finished"}})
    sitting.sit("alpha")
    first = sitting.attempt_id
    assert score_by_api(sitting) == ("open", None)

    result = sitting.sit()

    assert (result["score"], result["passed"]) == (0, False)
    assert score_by_api(sitting) == ("failed", pytest.approx(1 / 3, abs=1e-6))
    sitting.attempt_id = first
    assert sitting.show()["passed"] is False
    assert "33" in sitting.go(f"/learn/{sitting.enrolment_id}/test").text


def test_a_score_for_the_finished_is_shown_with_a_pass(sit):
    sitting = sit({"review": {"score": "finished"}}, attempts=3)
    sitting.sit()

    assert sitting.sit(*ALL)["score"] == 1
    assert score_by_api(sitting) == ("done", 1)


def test_while_the_last_attempt_is_open_the_one_before_gives_nothing_away(sit):
    sitting = sit({"review": {"answers": "finished"}})
    sitting.sit("alpha")
    first = sitting.attempt_id
    sitting.start()

    sitting.attempt_id, last = first, sitting.attempt_id
    assert "Right answer" not in sitting.go().text
    assert [slot["review"]["lines"] for slot in sitting.show()["slots"]] == [[], [], []]

    sitting.attempt_id = last
    sitting.submit()
    sitting.attempt_id = first
    assert "Right answer" in sitting.go().text


def test_a_score_for_the_closing_is_shown_then_and_learning_knows_by_the_sweep(sit, clock):
    sitting = sit({**CLOSES, "review": {"score": "closed"}})
    sitting.sit("alpha")
    clock.set(minutes=120)
    assert tasks.reveal_scores.run(clock.now) == 0
    assert sitting.show()["score"] is None

    clock.set(minutes=AFTER)
    assert sitting.show()["score"] == pytest.approx(1 / 3, abs=1e-6)
    assert score_by_api(sitting) == ("open", None)
    assert tasks.reveal_scores.run(clock.now) == 1
    assert tasks.reveal_scores.run(clock.now) == 0

    assert score_by_api(sitting) == ("failed", pytest.approx(1 / 3, abs=1e-6))


def test_an_attempt_that_the_closing_ends_shows_its_score_at_once(sit, clock):
    sitting = sit({**CLOSES, "review": {"score": "closed"}})
    sitting.start()
    sitting.save("alpha", choose("alpha", "yes"))
    clock.set(minutes=AFTER)

    assert tasks.close_overdue.run(clock.now) == 1

    assert score_by_api(sitting) == ("failed", pytest.approx(1 / 3, abs=1e-6))


def test_nothing_of_the_closing_is_shown_while_answers_in_its_grace_still_count(sit, clock):
    sitting = sit({**CLOSES, "grace": 300, "review": {"score": "closed"}})
    sitting.sit("alpha")
    clock.set(minutes=125)
    assert sitting.show()["score"] is None
    assert tasks.reveal_scores.run(clock.now) == 0

    clock.set(minutes=125, microseconds=1)

    assert sitting.show()["score"] is not None
    assert tasks.reveal_scores.run(clock.now) == 1


def test_what_is_never_shown_no_sweep_reveals(sit, clock):
    sitting = sit({**CLOSES, "review": {"score": "never", "answers": "closed"}})
    sitting.sit("alpha")
    clock.set(minutes=60 * 24)

    assert tasks.reveal_scores.run(clock.now) == 0
    assert score_by_api(sitting) == ("open", None)


# --- How much is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hidden", "marks", "lines", "feedback"),
    [
        ((), True, True, True),
        (("feedback",), True, True, False),
        (("answers",), True, False, True),
        (("answers", "feedback"), True, False, False),
        (("marks",), False, False, False),
    ],
)
def test_the_review_shows_what_it_may_and_the_api_as_much(sit, hidden, marks, lines, feedback):
    sitting = sit({"review": dict.fromkeys(hidden, "never")})
    sitting.start()
    sitting.save("alpha", choose("alpha", "no"))
    sitting.submit()

    page = sitting.go()
    review = sitting.show_slot("alpha")["review"]

    assert "You scored 0" in page.text
    assert ("Wrong" in page.text) == marks == (review is not None)
    assert ("Right answer" in page.text) == lines
    assert ("Because of alpha-no" in page.text) == feedback
    # What was not chosen is told with the right answers alone.
    assert ("Because of alpha-yes" in page.text) == (lines and feedback)
    # One's own answer is always there.
    assert "Option alpha-no" in page.text
    if review is not None:
        assert review["mark"] == 0
        assert bool(review["lines"]) == lines
        assert ("Because of alpha-no" in str(review)) == feedback
        assert ("Option alpha-yes" in str(review)) == lines
