"""Attempts: begun once, saved as facts, closed once, graded by what was pinned."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from sqlalchemy import func, select

from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, Role
from lms.learning import ActivityLocked, NoSuchActivity, NoSuchEnrolment, get_enrolment
from lms.questions.domain import get_type, option_key
from lms.quizzes import queries
from lms.quizzes.commands import PageAnswer, save_answers, save_page, start_attempt, submit_attempt
from lms.quizzes.commands.starting import CHANCE
from lms.quizzes.domain import Save
from lms.quizzes.errors import (
    NoAttemptsLeft,
    NoSuchAttempt,
    NotAQuiz,
    NotYourAttempt,
    SaveReused,
    UnfitForm,
    UnfitSaves,
)
from lms.quizzes.models import Answer, Attempt, Grade, Slot
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule, several, single

LATER = NOW + timedelta(hours=1)
QUIZ = MadeModule(activities=(Listed("test", "quiz"), Listed("reading", after=("test",))))
EMPTY: dict[str, list[str]] = {"choices": []}


@pytest.fixture
def awa(make):
    """Somebody who is enrolled in a module that begins with a quiz."""
    make.modules(QUIZ)
    actor = make.person()
    make.enrolment(actor, "lists")
    return actor


@pytest.fixture
def enrolment_id(make, awa):
    return make.enrolment(awa, "lists")


@pytest.fixture
def attempt_id(session, awa, enrolment_id):
    return start(session, awa, enrolment_id).id


def start(session, actor, enrolment_id, key="test", **changes):
    wanted = {"language": "fr", "now": NOW, **changes}
    return start_attempt(session, actor, enrolment_id, key, **wanted)


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def slots(session, attempt_id):
    return queries.list_questions(session, attempt_id)


def slot_of(session, attempt_id, key) -> int:
    """Return the number of the slot that drew the question with that key."""
    return next(slot.number for slot in slots(session, attempt_id) if slot.body["key"] == key)


def choose(question: str, *options: str) -> dict[str, list[str]]:
    """Return the response that chooses those options, sorted as it is kept."""
    return {"choices": sorted(option_key(question, f"{question}-{one}") for one in options)}


def save(slot, response, *, client="phone", number=1, base=0) -> Save:
    return Save(client, slot, number, base, response, "fr")


def right_saves(session, attempt_id, **more) -> list[Save]:
    return [
        save(slot.number, get_type(slot.type).right_response(slot.body), **more)
        for slot in slots(session, attempt_id)
    ]


def answers(session, attempt_id) -> dict[int, dict]:
    found = queries.list_current_answers(session, attempt_id)
    return {slot: dict(answer.response) for slot, answer in found.items()}


# --- Starting -------------------------------------------------------------------------------------


def test_starting_twice_is_one_attempt(session, awa, enrolment_id):
    first = start(session, awa, enrolment_id)
    second = start(session, awa, enrolment_id, language="en", now=LATER)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.id == second.id
    assert count(session, Attempt) == 1
    assert count(session, Slot) == 3


def test_each_slot_has_a_different_question_and_all_its_options(session, awa, attempt_id):
    drawn = slots(session, attempt_id)

    assert [slot.number for slot in drawn] == [1, 2, 3]
    assert {slot.body["key"] for slot in drawn} == {"alpha", "beta", "gamma"}
    for slot in drawn:
        assert sorted(slot.prepared["order"]) == sorted(
            option["key"] for option in slot.body["options"]
        )


def test_questions_and_options_are_shuffled_anew_for_each_attempt(session, awa, enrolment_id):
    seen = set()
    for seed in range(2):
        started = start(session, awa, enrolment_id, chance=Random(seed))
        seen.add(
            tuple(
                (slot.body["key"], *slot.prepared["order"]) for slot in slots(session, started.id)
            )
        )
        submit_attempt(session, awa, started.id, now=NOW)

    assert len(seen) == 2


def test_a_quiz_draws_fewer_questions_than_its_bank_has(session, make):
    make.modules(QUIZ.with_(draw=2))
    actor = make.person()

    started = start(session, actor, make.enrolment(actor, "lists"))

    assert len({slot.body["key"] for slot in slots(session, started.id)}) == 2


def test_the_attempts_are_limited_by_those_begun_not_by_those_failed(session, awa, enrolment_id):
    for number in (1, 2):
        started = start(session, awa, enrolment_id)
        assert session.get(Attempt, started.id).number == number
        submit_attempt(session, awa, started.id, now=NOW)

    with pytest.raises(NoAttemptsLeft) as refusal:
        start(session, awa, enrolment_id)
    assert refusal.value.message.params == {"allowed": 2}
    assert count(session, Attempt) == 2


def test_without_a_limit_one_may_always_begin_again(session, make):
    make.modules(QUIZ.with_(attempts=None))
    actor = make.person()
    enrolment_id = make.enrolment(actor, "lists")

    for _ in range(4):
        submit_attempt(session, actor, start(session, actor, enrolment_id).id, now=NOW)

    assert count(session, Attempt) == 4


def test_an_attempt_is_held_in_a_language_that_the_module_has(session, awa, enrolment_id):
    started = start(session, awa, enrolment_id, language="pt")

    assert session.get(Attempt, started.id).language == "fr"


def test_a_quiz_that_is_locked_is_not_begun(session, make):
    make.modules(MadeModule())
    actor = make.person()

    with pytest.raises(ActivityLocked):
        start(session, actor, make.enrolment(actor, "lists"))
    assert count(session, Attempt) == 0


def test_only_a_quiz_has_attempts(session, make):
    make.modules(MadeModule())
    actor = make.person()
    enrolment_id = make.enrolment(actor, "lists")

    with pytest.raises(NotAQuiz):
        start(session, actor, enrolment_id, "reading")
    with pytest.raises(NoSuchActivity):
        start(session, actor, enrolment_id, "nothing")


def test_anothers_enrolment_and_attempt_are_as_if_they_were_not_there(
    session, make, enrolment_id, attempt_id
):
    other = make.person("Bintou")

    with pytest.raises(NoSuchEnrolment):
        start(session, other, enrolment_id)
    for missing in (attempt_id, attempt_id + 1):
        with pytest.raises(NoSuchAttempt):
            save_answers(session, other, missing, [save(1, EMPTY)], now=NOW)
        with pytest.raises(NoSuchAttempt):
            submit_attempt(session, other, missing, now=NOW)
        with pytest.raises(NoSuchAttempt):
            queries.get_attempt(session, other, missing, language="fr", now=NOW)
    assert (count(session, Answer), count(session, Grade)) == (0, 0)


def test_who_is_nobody_in_particular_is_asked_to_sign_in(session, enrolment_id, attempt_id):
    with pytest.raises(SignInRequired):
        start(session, NOBODY, enrolment_id)
    with pytest.raises(SignInRequired):
        save_answers(session, NOBODY, attempt_id, [save(1, EMPTY)], now=NOW)
    with pytest.raises(SignInRequired):
        submit_attempt(session, NOBODY, attempt_id, now=NOW)


def test_who_may_read_an_attempt_still_does_not_answer_in_it(session, make, attempt_id):
    trainer = make.person("Théo", roles=(Role.TRAINER,))

    assert (
        queries.get_attempt(session, trainer, attempt_id, language="fr", now=NOW).id == attempt_id
    )
    with pytest.raises(NotYourAttempt):
        save_answers(session, trainer, attempt_id, [save(1, EMPTY)], now=NOW)
    with pytest.raises(NotYourAttempt):
        submit_attempt(session, trainer, attempt_id, now=NOW)


# --- A new version of the bank --------------------------------------------------------------------


def turned(key: str) -> dict:
    """Return the question with another option right, and other words."""
    question = single(key)
    question["prompt"]["en"] = "Something else"
    for one, fraction in zip(question["options"], (0, 1, 0), strict=True):
        one["fraction"] = fraction
    return question


def test_an_attempt_stays_with_the_questions_that_it_drew(session, make, awa, attempt_id):
    before = [(slot.version_id, dict(slot.body)) for slot in slots(session, attempt_id)]

    make.modules(QUIZ.with_(questions=(turned("alpha"), turned("beta"), several("delta"))))

    assert [(slot.version_id, dict(slot.body)) for slot in slots(session, attempt_id)] == before
    saves = [
        save(slot_of(session, attempt_id, "alpha"), choose("alpha", "yes")),
        save(slot_of(session, attempt_id, "beta"), choose("beta", "yes")),
        save(slot_of(session, attempt_id, "gamma"), choose("gamma", "one", "two")),
    ]
    assert submit_attempt(session, awa, attempt_id, saves, now=NOW).score == 1


def test_the_next_attempt_draws_from_the_new_bank(session, make, awa, enrolment_id, attempt_id):
    make.modules(QUIZ.with_(questions=(turned("alpha"), turned("beta"), several("delta"))))
    assert start(session, awa, enrolment_id).id == attempt_id
    submit_attempt(session, awa, attempt_id, now=NOW)

    second = start(session, awa, enrolment_id).id

    assert {slot.body["key"] for slot in slots(session, second)} == {"alpha", "beta", "delta"}
    saves = [save(slot_of(session, second, "alpha"), choose("alpha", "yes"))]
    assert submit_attempt(session, awa, second, saves, now=NOW).score == 0


def test_the_pass_mark_is_the_one_under_which_the_attempt_began(session, make, awa, attempt_id):
    make.modules(QUIZ.with_(pass_mark=10))

    saves = [save(slot_of(session, attempt_id, "alpha"), choose("alpha", "yes"))]
    result = submit_attempt(session, awa, attempt_id, saves, now=NOW)

    assert (result.score, result.passed) == (Decimal("0.333333"), False)


# --- Saving ---------------------------------------------------------------------------------------


def test_a_save_is_kept_with_all_that_its_receipt_says(session, awa, attempt_id):
    slot = slot_of(session, attempt_id, "alpha")
    (receipt,) = save_answers(
        session, awa, attempt_id, [save(slot, choose("alpha", "no"), number=3, base=0)], now=LATER
    )

    kept = session.scalars(select(Answer)).one()
    for one in (receipt, kept):
        assert (one.client, one.slot, one.number, one.revision) == ("phone", slot, 3, 1)
        assert (one.is_current, one.is_late, one.received_at) == (True, False, LATER)
    assert (kept.base, kept.language, kept.response) == (0, "fr", choose("alpha", "no"))
    assert answers(session, attempt_id) == {slot: choose("alpha", "no")}


def test_a_repeat_gets_its_first_receipt_and_is_kept_once(session, awa, attempt_id):
    slot = slot_of(session, attempt_id, "gamma")
    one = save(slot, choose("gamma", "one", "two"))
    (first,) = save_answers(session, awa, attempt_id, [one], now=NOW)
    save_answers(session, awa, attempt_id, [save(slot, EMPTY, number=2, base=1)], now=NOW)

    backwards = save(slot, {"choices": choose("gamma", "one", "two")["choices"][::-1]})
    again = save_answers(session, awa, attempt_id, [one, backwards], now=LATER)

    assert again == [first, first]
    assert count(session, Answer) == 2
    assert answers(session, attempt_id) == {slot: EMPTY}


def test_the_same_key_with_another_answer_is_a_conflict_that_names_its_index(
    session, awa, attempt_id
):
    alpha, beta = (slot_of(session, attempt_id, key) for key in ("alpha", "beta"))
    save_answers(session, awa, attempt_id, [save(alpha, choose("alpha", "no"))], now=NOW)
    session.commit()

    with pytest.raises(SaveReused) as refusal:
        save_answers(
            session, awa, attempt_id,
            [save(beta, choose("beta", "no")), save(alpha, choose("alpha", "yes"))], now=NOW,
        )  # fmt: skip
    session.rollback()

    assert set(refusal.value.fields) == {"saves.1.number"}
    assert count(session, Answer) == 1


def test_two_saves_of_one_batch_under_one_key_are_a_conflict_too(session, awa, attempt_id):
    slot = slot_of(session, attempt_id, "alpha")

    with pytest.raises(SaveReused) as refusal:
        save_answers(
            session, awa, attempt_id,
            [save(slot, choose("alpha", "no")), save(slot, choose("alpha", "yes"))], now=NOW,
        )  # fmt: skip

    assert set(refusal.value.fields) == {"saves.1.number"}


def test_every_save_that_cannot_be_read_is_named_and_none_of_the_batch_is_kept(
    session, awa, attempt_id
):
    alpha, gamma = (slot_of(session, attempt_id, key) for key in ("alpha", "gamma"))

    with pytest.raises(UnfitSaves) as refusal:
        save_answers(
            session,
            awa,
            attempt_id,
            [
                save(gamma, choose("gamma", "one")),
                save(4, EMPTY),
                save(alpha, choose("alpha", "yes", "no")),
                save(alpha, choose("beta", "yes")),
                save(gamma, {"choices": "all"}),
            ],
            now=NOW,
        )

    assert set(refusal.value.fields) == {
        "saves.1.slot", "saves.2.response", "saves.3.response", "saves.4.response",
    }  # fmt: skip
    assert count(session, Answer) == 0


@pytest.mark.parametrize("key", ["alpha", "gamma"])
def test_no_malformed_response_is_kept(session, awa, attempt_id, key):
    slot = next(slot for slot in slots(session, attempt_id) if slot.body["key"] == key)

    for response in get_type(slot.type).examples(slot.body).malformed:
        with pytest.raises(UnfitSaves) as refusal:
            save_answers(session, awa, attempt_id, [save(slot.number, response)], now=NOW)
        assert set(refusal.value.fields) == {"saves.0.response"}
    assert count(session, Answer) == 0


def test_the_other_device_is_told_that_its_answer_does_not_count(session, awa, attempt_id):
    slot = slot_of(session, attempt_id, "alpha")
    no, yes, never = (choose("alpha", one) for one in ("no", "yes", "never"))
    save_answers(session, awa, attempt_id, [save(slot, no)], now=NOW)

    (stale,) = save_answers(session, awa, attempt_id, [save(slot, yes, client="desk")], now=NOW)
    assert (stale.is_current, stale.is_late, stale.revision) == (False, False, 2)
    assert answers(session, attempt_id) == {slot: no}

    save_answers(
        session, awa, attempt_id, [save(slot, never, client="desk", number=2, base=1)], now=NOW
    )
    assert answers(session, attempt_id) == {slot: never}
    assert count(session, Answer) == 3


# --- A page's form --------------------------------------------------------------------------------


def test_a_page_keeps_only_what_changed(session, awa, attempt_id):
    alpha, beta, gamma = (slot_of(session, attempt_id, key) for key in ("alpha", "beta", "gamma"))
    form = [
        PageAnswer(alpha, 0, choose("alpha", "no")),
        PageAnswer(beta, 0, EMPTY),
        PageAnswer(gamma, 0, choose("gamma", "one", "two")),
    ]

    first = save_page(session, awa, attempt_id, "page", form, language="fr", now=NOW)
    again = save_page(session, awa, attempt_id, "page", form, language="fr", now=NOW)

    assert [(one.slot, one.number) for one in first] == [(alpha, 1), (gamma, 1)]
    assert again == []
    assert count(session, Answer) == 2


def test_options_in_another_order_are_the_same_answer_of_a_page(session, awa, attempt_id):
    gamma = slot_of(session, attempt_id, "gamma")
    kept = choose("gamma", "one", "two")
    backwards = {"choices": kept["choices"][::-1]}
    save_answers(session, awa, attempt_id, [save(gamma, kept)], now=NOW)

    form = [PageAnswer(gamma, 1, backwards)]
    assert save_page(session, awa, attempt_id, "page", form, language="fr", now=NOW) == []
    assert count(session, Answer) == 1


def test_a_page_can_take_an_answer_back(session, awa, attempt_id):
    alpha = slot_of(session, attempt_id, "alpha")
    for base, response in enumerate((choose("alpha", "no"), EMPTY)):
        save_page(
            session, awa, attempt_id, "page", [PageAnswer(alpha, base, response)],
            language="fr", now=NOW,
        )  # fmt: skip

    assert answers(session, attempt_id) == {alpha: EMPTY}


def test_a_page_that_was_left_open_does_not_undo_what_another_device_answered(
    session, awa, attempt_id
):
    alpha = slot_of(session, attempt_id, "alpha")
    save_answers(session, awa, attempt_id, [save(alpha, choose("alpha", "yes"))], now=NOW)

    (receipt,) = save_page(
        session, awa, attempt_id, "page", [PageAnswer(alpha, 0, choose("alpha", "no"))],
        language="fr", now=NOW,
    )  # fmt: skip

    assert not receipt.is_current
    assert answers(session, attempt_id) == {alpha: choose("alpha", "yes")}


def test_a_page_with_a_slot_that_is_not_there_is_refused_whole(session, awa, attempt_id):
    alpha = slot_of(session, attempt_id, "alpha")
    form = [
        PageAnswer(alpha, 0, choose("alpha", "no")),
        PageAnswer(99, 0, choose("alpha", "no")),
    ]

    with pytest.raises(UnfitForm):
        save_page(session, awa, attempt_id, "page", form, language="fr", now=NOW)
    assert count(session, Answer) == 0


# --- Submitting -----------------------------------------------------------------------------------


def test_the_submission_applies_its_saves_first_then_grades(session, awa, enrolment_id, attempt_id):
    saves = right_saves(session, attempt_id)

    result = submit_attempt(session, awa, attempt_id, saves, now=LATER)

    assert (result.score, result.passed, result.was_closed) == (1, True, False)
    assert [one.is_current for one in result.receipts] == [True] * 3
    assert session.get(Attempt, attempt_id).submitted_at == LATER
    page = get_enrolment(session, awa, enrolment_id, language="fr")
    assert [line.state for line in page.lines] == ["done", "open"]
    assert page.get_line("test").score == 1


def test_each_slot_weighs_the_same_and_marks_are_kept_exactly(session, awa, attempt_id):
    alpha, gamma = (slot_of(session, attempt_id, key) for key in ("alpha", "gamma"))
    saves = [save(alpha, choose("alpha", "yes")), save(gamma, choose("gamma", "one"))]

    result = submit_attempt(session, awa, attempt_id, saves, now=NOW)

    assert (result.score, result.passed) == (Decimal("0.5"), False)
    marks = {
        int(slot): Fraction(mark)
        for slot, mark in session.scalars(select(Grade)).one().marks.items()
    }
    assert marks == {1: 0, 2: 0, 3: 0} | {alpha: 1, gamma: Fraction(1, 2)}


def test_a_question_without_an_answer_earns_nothing(session, awa, attempt_id):
    result = submit_attempt(session, awa, attempt_id, now=NOW)

    assert (result.score, result.passed) == (0, False)


def test_submitting_again_gives_the_same_result_and_grades_once(session, awa, attempt_id):
    first = submit_attempt(session, awa, attempt_id, right_saves(session, attempt_id), now=NOW)
    again = submit_attempt(session, awa, attempt_id, now=LATER)

    assert again.was_closed
    assert (again.score, again.passed) == (first.score, first.passed)
    assert session.get(Attempt, attempt_id).submitted_at == NOW
    assert count(session, Grade) == 1


def test_a_closed_attempt_keeps_late_answers_and_its_grade(session, awa, attempt_id):
    alpha = slot_of(session, attempt_id, "alpha")
    wrong = save(alpha, choose("alpha", "no"))
    (in_time,) = submit_attempt(session, awa, attempt_id, [wrong], now=NOW).receipts

    late = right_saves(session, attempt_id, number=2, base=1)
    receipts = save_answers(session, awa, attempt_id, late, now=LATER)
    result = submit_attempt(
        session, awa, attempt_id, right_saves(session, attempt_id, number=3, base=2), now=LATER
    )

    assert {(one.is_current, one.is_late) for one in (*receipts, *result.receipts)} == {
        (False, True)
    }
    assert (result.score, result.was_closed) == (0, True)
    assert answers(session, attempt_id) == {alpha: choose("alpha", "no")}
    assert count(session, Answer) == 7
    assert save_answers(session, awa, attempt_id, [wrong], now=LATER) == [in_time]


def test_a_late_save_with_the_key_of_an_earlier_one_is_still_a_conflict(session, awa, attempt_id):
    alpha = slot_of(session, attempt_id, "alpha")
    submit_attempt(session, awa, attempt_id, [save(alpha, choose("alpha", "no"))], now=NOW)

    with pytest.raises(SaveReused):
        submit_attempt(session, awa, attempt_id, [save(alpha, choose("alpha", "yes"))], now=LATER)


def test_a_batch_that_is_refused_leaves_the_attempt_open(session, awa, attempt_id):
    session.commit()

    with pytest.raises(UnfitSaves):
        submit_attempt(session, awa, attempt_id, [save(9, EMPTY)], now=NOW)
    session.rollback()

    assert session.get(Attempt, attempt_id).submitted_at is None
    assert count(session, Grade) == 0


def test_a_passed_quiz_stays_passed_when_a_later_attempt_fails(
    session, awa, enrolment_id, attempt_id
):
    submit_attempt(session, awa, attempt_id, right_saves(session, attempt_id), now=NOW)
    second = start(session, awa, enrolment_id).id

    assert not submit_attempt(session, awa, second, now=LATER).passed

    line = get_enrolment(session, awa, enrolment_id, language="fr").get_line("test")
    assert (line.state, line.score) == ("done", 1)


def test_a_quiz_that_left_the_module_is_still_graded(session, make, awa, enrolment_id, attempt_id):
    make.modules(QUIZ.with_(activities=(Listed("reading"),)))

    result = submit_attempt(session, awa, attempt_id, right_saves(session, attempt_id), now=NOW)

    assert result.passed
    assert get_enrolment(session, awa, enrolment_id, language="fr").card.progress == 0


def test_questions_are_drawn_by_chance_that_nobody_foretells():
    # Python's own generator can be foretold from what it drew before.
    assert type(CHANCE).__name__ == "SystemRandom"
