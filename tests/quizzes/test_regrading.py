"""Grading again by a corrected key: who changes, what stays, and that it can be done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from lms.catalogue import NoSuchModule
from lms.core.db import Base
from lms.core.errors import SignInRequired
from lms.core.permissions import NOBODY, SITE, SYSTEM, Role, Scope, ScopeKind
from lms.credentials.models import Credential
from lms.learning import get_facts
from lms.learning.models import ActivityProgress, Enrolment
from lms.quizzes import queries
from lms.quizzes.commands import (
    accept_answer,
    list_score_changes,
    mark_answer,
    regrade_quiz,
    reopen_attempt,
    save_answers,
    start_attempt,
    submit_attempt,
)
from lms.quizzes.domain import Save
from lms.quizzes.errors import NotAQuiz, PreviewOutdated
from lms.quizzes.models import Answer, Grade
from tests.conftest import NOW, make_config, running
from tests.factories import Factory
from tests.made_courses import Listed, MadeModule, both, number, option, several, single
from tests.quizzes.sitting import QUIZ, choose

ALONE: dict[str, Any] = {"activities": (Listed("test", "quiz"),)}
QUESTIONS = (single("alpha"), single("beta"), several("gamma"))


@pytest.fixture
def trainer(make):
    """A trainer of the whole site."""
    return make.person("Théo", "Kaboré", roles=(Role.TRAINER,), scope=SITE)


def turned(key: str) -> dict:
    """Return the question with another of its options right."""
    question = single(key)
    for one, fraction in zip(question["options"], (0, 1, 0), strict=True):
        one["fraction"] = fraction
    return question


def without(question: dict, *names: str) -> dict:
    """Return the question without some of its options."""
    kept = [one for one in question["options"] if one["key"] not in names]
    return {**question, "options": kept}


def correct(make, *changed: dict, **changes: Any) -> None:
    """Load the bank anew, with other questions under the keys of those named."""
    keys = [question["key"] for question in changed]
    bank = [question for question in QUESTIONS if question["key"] not in keys]
    make.modules(QUIZ.with_(questions=(*bank, *changed), **changes))


def rows(session) -> dict[str, set[str]]:
    """Return all that the rooms' tables hold."""
    session.flush()
    return {
        table.name: set(map(repr, session.execute(select(table))))
        for table in Base.metadata.sorted_tables
    }


def preview(session, trainer, key="test"):
    return list_score_changes(session, trainer, "lists", key)


def regrade(session, trainer, **more):
    return regrade_quiz(session, trainer, "lists", "test", now=NOW, **more)


def grades(session, attempt_id) -> list[Grade]:
    query = select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.id)
    return list(session.scalars(query))


def progress(session, sitting) -> ActivityProgress:
    return session.get_one(ActivityProgress, (sitting.enrolment_id, "test"))


# --- Who changes ------------------------------------------------------------------------------------


def test_a_preview_says_who_changes_from_what_to_what_and_writes_nothing(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.sit("alpha", "gamma")
    correct(make, turned("alpha"))
    before = rows(session)

    (change,) = preview(session, trainer)

    assert (change.attempt_id, change.number) == (sitting.attempt_id, 1)
    assert change.person_id == sitting.actor.person_id
    assert (change.before, change.after) == (Decimal("0.666667"), Decimal("0.333333"))
    assert (change.passed_before, change.passes_after) == (False, False)
    assert change.slots == (sitting.slot("alpha"),)
    assert [(one.before, one.after) for one in change.marks] == [(1, 0)]
    assert not change.is_completed
    assert not change.stays_done
    assert rows(session) == before


def test_a_regrade_adds_grades_and_leaves_the_old_ones(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha", "gamma")
    correct(make, turned("alpha"))
    expected = preview(session, trainer)
    before = rows(session)

    assert regrade(session, trainer) == expected

    after = rows(session)
    added = {name for name in before if before[name] < after[name]}
    assert added == {"quizzes_grade", "learning_result"}
    changed = {name for name in before if before[name] != after[name]} - added
    assert changed == {"learning_progress", "learning_enrolment"}
    first, second = grades(session, sitting.attempt_id)
    assert (first.cause, second.cause) == ("closing", "regrade")
    assert (first.score, second.score) == (Decimal("0.666667"), Decimal("0.333333"))
    assert second.graded_at == NOW
    assert set(second.versions) == {str(sitting.slot("alpha"))}
    assert progress(session, sitting).score == Decimal("0.333333")


def test_twice_changes_no_more_than_once(sit, session, make, trainer):
    sit().sit("alpha")
    correct(make, turned("alpha"))
    assert len(regrade(session, trainer)) == 1
    before = rows(session)

    assert preview(session, trainer) == []
    assert regrade(session, trainer) == []
    assert rows(session) == before


def test_without_a_correction_nothing_changes(sit, session, make, trainer):
    sit().sit("alpha")
    # Other words, the same key.
    reworded = single("beta") | {"prompt": both("Said better")}
    correct(make, reworded)

    assert preview(session, trainer) == []
    assert regrade(session, trainer) == []


def test_a_question_without_an_answer_and_one_answered_wrong_either_way_stay_as_they_are(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.start()
    sitting.submit(sitting.as_save("alpha", choose("alpha", "never")))
    correct(make, turned("alpha"), turned("beta"))

    assert preview(session, trainer) == []


def test_attempts_of_every_version_of_the_quiz_are_graded_again(sit, session, make, trainer):
    sitting = sit(attempts=None)
    sitting.sit("alpha")
    first = sitting.attempt_id
    correct(make, turned("beta"), attempts=None)
    sitting.sit("alpha")
    second = sitting.attempt_id
    correct(make, turned("alpha"), turned("beta"), attempts=None)
    sitting.sit("alpha")

    assert [change.attempt_id for change in preview(session, trainer)] == [first, second]


def test_a_quiz_that_left_the_module_can_still_be_graded_again(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"), activities=(Listed("reading"),))

    assert [change.attempt_id for change in regrade(session, trainer)] == [sitting.attempt_id]


def test_an_open_attempt_keeps_the_key_it_drew_until_a_regrade_after_its_end(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.start()
    correct(make, turned("alpha"))
    assert preview(session, trainer) == []
    module_id = get_facts(session, sitting.enrolment_id).module_id
    assert queries.count_unfinished(session, module_id, "test") == 1

    sitting.submit(sitting.as_save("alpha", choose("alpha", "yes")))

    assert grades(session, sitting.attempt_id)[0].score == Decimal("0.333333")
    (change,) = preview(session, trainer)
    assert change.after == 0


def test_a_new_key_for_a_number_decides_and_what_nobody_can_read_still_waits(
    sit, session, make, trainer
):
    bank = (number("delta", "1500"), number("eps", "1500"))
    sitting = sit(questions=bank, draw=2)
    sitting.start()
    sitting.submit(
        sitting.as_save("delta", {"value": "1600"}),
        sitting.as_save("eps", {"value": "1.234"}, language="fr"),
    )
    make.modules(QUIZ.with_(questions=(number("delta", "1600"), number("eps", "1234")), draw=2))

    (change,) = regrade(session, trainer)

    assert [(one.before, one.after) for one in change.marks] == [(Fraction(1, 2), 1)]
    assert (change.before, change.after, change.passes_after) == (None, None, None)
    assert change.quiz_passes is False
    assert session.scalars(select(ActivityProgress)).all() == []


def test_the_learner_reads_in_the_review_what_is_right_by_the_key_that_graded(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    regrade(session, trainer)
    session.commit()

    review = sitting.show_slot("alpha")["review"]

    right = {line["id"] for line in review["lines"] if line["right"]}
    assert right == set(choose("alpha", "no")["choices"])
    assert review["mark"] == 0


# --- What is another question -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        without(turned("alpha"), "alpha-never"),
        without(turned("alpha"), "alpha-yes"),
        {**turned("alpha"), "options": [*turned("alpha")["options"], option("alpha-new", 0)]},
        several("alpha"),
        number("alpha"),
    ],
    ids=["one option less", "the chosen option gone", "one option more", "other options, other type",
         "another type"],
)  # fmt: skip
def test_where_not_the_same_was_asked_the_old_key_stays(sit, session, make, trainer, changed):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, changed)

    assert preview(session, trainer) == []
    assert regrade(session, trainer) == []
    assert "Right answer" in sitting.go().text


def test_a_question_that_left_the_bank_counts_by_its_last_key(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    make.modules(QUIZ.with_(questions=(single("beta"), several("gamma")), draw=2))

    assert [change.after for change in preview(session, trainer)] == [0]


def test_a_key_that_graded_stays_where_a_later_version_asks_something_else(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    regrade(session, trainer)
    correct(make, number("alpha"))

    assert preview(session, trainer) == []
    correct(make, single("alpha"))
    assert [(one.before, one.after) for one in preview(session, trainer)] == [
        (0, Decimal("0.333333"))
    ]


def test_a_repair_after_a_regrade_keeps_to_the_key_that_graded(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    regrade(session, trainer)
    session.commit()
    sitting.save("beta", sitting.right("beta"))
    answer_id = session.scalars(select(func.max(Answer.id))).one()

    accept_answer(session, trainer, answer_id, reason="Late by a second.", now=NOW)

    newest = grades(session, sitting.attempt_id)[-1]
    assert newest.score == Decimal("0.333333")
    assert (newest.marks[str(sitting.slot("alpha"))], newest.cause) == ("0", "repair")
    assert set(newest.versions) == {str(sitting.slot("alpha"))}
    assert preview(session, trainer) == []


# --- What a person did ------------------------------------------------------------------------------


def test_a_mark_that_a_person_gave_stays(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha", "beta")
    slot = sitting.slot("alpha")
    mark_answer(
        session, trainer, sitting.attempt_id, slot, mark=Fraction(1, 2), reason="So", now=NOW
    )
    correct(make, turned("alpha"), turned("beta"))

    (change,) = regrade(session, trainer)

    assert change.slots == (sitting.slot("beta"),)
    assert grades(session, sitting.attempt_id)[-1].marks[str(slot)] == "1/2"


def test_an_accepted_answer_counts_in_a_regrade(sit, session, make, trainer):
    sitting = sit()
    sitting.sit()
    sitting.save("alpha", choose("alpha", "no"))
    answer_id = session.scalars(select(Answer.id)).one()
    accept_answer(session, trainer, answer_id, reason="Late by a second.", now=NOW)
    correct(make, turned("alpha"))

    assert [change.after for change in preview(session, trainer)] == [Decimal("0.333333")]


# --- Completion -------------------------------------------------------------------------------------


def test_who_passes_by_the_new_key_completes_the_module_with_a_certificate(
    sit, session, make, trainer
):
    sitting = sit(**ALONE)
    sitting.start()
    answers = {"alpha": choose("alpha", "no"), "beta": sitting.right("beta"),
               "gamma": sitting.right("gamma")}  # fmt: skip
    sitting.submit(*(sitting.as_save(key, answer) for key, answer in answers.items()))
    assert session.scalars(select(Credential)).all() == []
    correct(make, turned("alpha"), **ALONE)

    (change,) = regrade(session, trainer)

    assert (change.passed_before, change.passes_after) == (False, True)
    assert not change.stays_done
    assert session.get(Enrolment, sitting.enrolment_id).completed_at == NOW
    assert session.scalars(select(Credential.score)).one() == 1


def test_who_no_longer_passes_keeps_completion_and_certificate_and_is_named(
    sit, session, make, trainer
):
    sitting = sit(**ALONE)
    sitting.sit("alpha", "beta", "gamma")
    credential = repr(session.execute(select(Credential.__table__)).one())
    completed_at = session.get(Enrolment, sitting.enrolment_id).completed_at
    correct(make, turned("alpha"), **ALONE)

    (change,) = regrade(session, trainer)

    assert (change.passed_before, change.passes_after) == (True, False)
    assert change.is_completed
    assert change.stays_done
    assert change.stays_certified
    assert session.get(Enrolment, sitting.enrolment_id).completed_at == completed_at
    assert repr(session.execute(select(Credential.__table__)).one()) == credential
    kept = progress(session, sitting)
    assert (kept.state, kept.score) == ("done", Decimal("0.666667"))


def test_a_test_that_no_longer_passes_stays_done_in_a_module_that_goes_on(
    sit, session, make, trainer
):
    sitting = sit()
    sitting.sit("alpha", "beta", "gamma")
    correct(make, turned("alpha"))

    (change,) = regrade(session, trainer)

    assert (change.stays_done, change.stays_certified) == (True, False)
    assert progress(session, sitting).state == "done"


def test_who_still_passes_by_another_attempt_is_not_named(sit, session, make, trainer):
    sitting = sit(attempts=None, **ALONE)
    sitting.sit("alpha", "beta", "gamma")
    sitting.start()
    sitting.numbers.clear()
    answers = {"alpha": choose("alpha", "no"), "beta": sitting.right("beta"),
               "gamma": sitting.right("gamma")}  # fmt: skip
    sitting.submit(*(sitting.as_save(key, answer) for key, answer in answers.items()))
    correct(make, turned("alpha"), attempts=None, **ALONE)

    first, second = regrade(session, trainer)

    assert (first.passed_before, first.passes_after) == (True, False)
    assert not first.stays_done
    assert (second.passes_after, second.quiz_passes) == (True, True)
    assert progress(session, sitting).score == 1


@pytest.mark.parametrize(("method", "stays"), [("highest", True), ("average", False)])
def test_whether_the_quiz_passed_is_judged_by_its_own_method(
    sit, session, make, trainer, method, stays
):
    sitting = sit({"grading": method}, attempts=None)
    sitting.sit()
    sitting.sit("alpha", "beta", "gamma")
    correct(make, turned("alpha"), attempts=None)

    assert [change.stays_done for change in preview(session, trainer)] == [stays]


def test_an_attempt_that_was_reopened_does_not_keep_a_pass(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha", "beta", "gamma")
    old_id = sitting.attempt_id
    sitting.attempt_id = reopen_attempt(
        session, trainer, old_id, minutes=None, reason="By mistake", now=NOW
    )
    session.commit()
    sitting.numbers.clear()
    sitting.save("alpha", choose("alpha", "no"), base=1)
    sitting.submit()
    correct(make, turned("alpha"))

    old, new = preview(session, trainer)

    assert (old.attempt_id, old.passes_after) == (old_id, False)
    assert (new.passed_before, new.passes_after) == (False, True)
    # The old one counts no more, so nothing is lost with it.
    assert (old.quiz_passed, old.quiz_passes, old.stays_done) == (False, True, False)


# --- Who may ----------------------------------------------------------------------------------------


def test_only_trainers_of_the_whole_module_regrade(sit, session, make, trainer):
    sitting = sit()
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    facts = get_facts(session, sitting.enrolment_id)
    whole = [SITE, Scope(ScopeKind.MODULE, facts.module_id),
             Scope(ScopeKind.PROGRAMME, facts.programme_id)]  # fmt: skip
    parts = [Scope(ScopeKind.INSTITUTION, make.institution()), Scope(ScopeKind.MODULE, 99_999)]
    may = [
        SYSTEM,
        *(make.person(roles=(role,), scope=scope)
          for role in (Role.TRAINER, Role.ADMINISTRATOR) for scope in whole),
    ]  # fmt: skip
    may_not = [
        sitting.actor,
        *(make.person(roles=(Role.TRAINER,), scope=scope) for scope in parts),
        *(make.person(roles=(role,)) for role in (Role.OFFICER, Role.FACILITATOR)),
    ]

    assert all(len(preview(session, actor)) == 1 for actor in may)
    before = rows(session)
    for actor in may_not:
        for ask in (preview, regrade):
            with pytest.raises(NoSuchModule):
                ask(session, actor)
    for ask in (preview, regrade):
        with pytest.raises(SignInRequired):
            ask(session, NOBODY)
    for key in ("reading", "nothing"):
        with pytest.raises(NotAQuiz):
            preview(session, trainer, key)
    with pytest.raises(NoSuchModule):
        list_score_changes(session, trainer, "nothing", "test")
    assert rows(session) == before


# --- What was shown ---------------------------------------------------------------------------------


def test_a_regrade_does_what_was_shown_or_nothing(sit, session, make, trainer):
    sitting = sit(attempts=None)
    sitting.sit("alpha")
    correct(make, turned("alpha"), attempts=None)
    shown = queries.hash_changes(preview(session, trainer))
    # Corrected once more meanwhile.
    correct(make, turned("alpha"), turned("gamma") | several("gamma"), attempts=None)
    assert queries.hash_changes(preview(session, trainer)) == shown
    sitting.start()
    sitting.numbers.clear()
    before = rows(session)

    for outdated in ("", shown + "0", queries.hash_changes([])):
        with pytest.raises(PreviewOutdated):
            regrade(session, trainer, preview=outdated)
    assert rows(session) == before

    assert len(regrade(session, trainer, preview=shown)) == 1
    with pytest.raises(PreviewOutdated):
        regrade(session, trainer, preview=shown)
    assert regrade(session, trainer, preview=queries.hash_changes([])) == []


# --- Many -------------------------------------------------------------------------------------------


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Collect the queries that the block makes."""
    engine = app.extensions["database"].engine
    statements: list[str] = []

    def listen(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", listen)


@pytest.mark.parametrize("attempts", [1, 12])
def test_a_preview_reads_as_often_for_many_attempts_as_for_one(
    app, sit, session, make, trainer, attempts
):
    sitting = sit(attempts=None)
    for _ in range(attempts):
        sitting.sit("alpha")
    correct(make, turned("alpha"), attempts=None)
    regrade(session, trainer)
    correct(make, single("alpha"), attempts=None)

    with counted(app) as statements:
        assert len(preview(session, trainer)) == attempts
    assert len(statements) == 9


# --- Two at once ------------------------------------------------------------------------------------


def at_once(app: Flask, *calls: Callable[[Any], Any]) -> list[Any]:
    """Make the calls at the same moment, each in a thread and a transaction of its own."""
    start = Barrier(len(calls))

    def run(call: Callable[[Any], Any]) -> Any:
        with app.app_context():
            start.wait()
            with app.extensions["database"].unit_of_work() as session:
                return call(session)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


def test_two_regrades_at_once_change_everything_once(own_database_url, tmp_path):
    with (
        running(make_config(own_database_url, tmp_path)) as app,
        app.app_context(),
        app.extensions["database"].sessionmaker() as session,
    ):
        make = Factory(session, NOW)
        module = MadeModule(**ALONE, attempts=None)
        make.modules(module)
        trainer = make.person(roles=(Role.TRAINER,))
        for _ in range(6):
            sit_wrongly(session, make, make.person())
        make.modules(module.with_(questions=(turned("alpha"), single("beta"), several("gamma"))))
        session.commit()

        found = at_once(app, *[lambda own: regrade(own, trainer)] * 2)

        assert sorted(len(changes) for changes in found) == [0, 6]
        assert session.scalar(select(func.count()).select_from(Grade)) == 12


def sit_wrongly(session, make, actor) -> None:
    """Sit the quiz with the wrong answer to alpha that will be right, and all else right."""
    enrolment_id = make.enrolment(actor, "lists")
    started = start_attempt(session, actor, enrolment_id, "test", language="fr", now=NOW)
    for slot in queries.list_questions(session, started.id):
        if slot.body["key"] == "alpha":
            save = Save("phone", slot.number, 1, 0, choose("alpha", "no"), "fr")
            save_answers(session, actor, started.id, [save], now=NOW)
    submit_attempt(session, actor, started.id, now=NOW)
    session.commit()
