"""Time: when an attempt may begin, how long it lasts, what counts after its end, and who closes it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from lms.core.permissions import Role
from lms.learning import get_facts
from lms.learning.models import Result
from lms.quizzes import tasks
from lms.quizzes.commands import closing, give_extra_time, grant_attempt
from lms.quizzes.models import Attempt, Grade
from tests.conftest import NOW
from tests.factories import sign_in
from tests.quizzes.sitting import Sitting, choose
from tests.visitor import Page

LIMIT = {"time_limit": 30, "grace": 60}
# Ways to touch an attempt, each of which closes it where its time is over.
TOUCHES = {
    "the sweep": lambda sitting: tasks.close_overdue.run(sitting.clock.now),
    "its page": lambda sitting: sitting.go(),
    "the API": lambda sitting: sitting.show(),
    "a save": lambda sitting: sitting.send(sitting.as_save("alpha", choose("alpha", "no"))),
    "a page of answers": lambda sitting: sitting.send_page({"alpha": {}}),
    "a choice between two answers": lambda sitting: sitting.send_page(
        {}, choose=f"{sitting.slot('alpha')}:1"
    ),
    "a submission": lambda sitting: sitting.submit(),
    "the button of a page": lambda sitting: sitting.post(
        f"{sitting.path}/submit", {"confirmed": "1"}
    ),
    "a page turned": lambda sitting: sitting.turn(1),
    "the next start": lambda sitting: sitting.api(
        "POST", f"/enrolments/{sitting.enrolment_id}/activities/test/attempts"
    ),
    "a trainer's look": lambda sitting: sitting.as_trainer().go(),
}


def moment(**after: float) -> str:
    return (NOW + timedelta(**after)).isoformat()


def told_at_start(sitting) -> dict[str, str]:
    """Return what a refused start says in each language; the quiz's page says it before, without a button."""
    told = {}
    before = sitting.count(Attempt)
    for language in ("en", "fr"):
        path = f"/enrolments/{sitting.enrolment_id}/activities/test/attempts"
        reply = sitting.api("POST", path, language=language)
        assert (reply.status_code, reply.mimetype) == (409, "application/problem+json")
        told[language] = reply.json["detail"]
        page = sitting.go(f"/learn/{sitting.enrolment_id}/test", language)
        assert told[language] in page.text
        assert not any("/attempts" in form.get("action", "") for form in page.root.iter("form"))
        by_button = sitting.post(f"/learn/{sitting.enrolment_id}/test/attempts", {}, language)
        assert by_button.status_code == 409
        assert told[language] in Page(by_button, "").text
    assert sitting.count(Attempt) == before
    return told


# --- When it may begin ----------------------------------------------------------------------------


def test_a_quiz_that_opens_later_says_when_in_the_readers_language(sit, clock):
    sitting = sit({"opens": moment(hours=2)})
    clock.set(minutes=120, microseconds=-1)

    told = told_at_start(sitting)

    assert told["en"] == "This test opens on 2 March 2026, 11:30 UTC."
    opens = {"at": NOW + timedelta(hours=2)}
    assert told["fr"] == sitting.say("This test opens on %(at)s.", "fr", **opens)
    assert "2 mars 2026" in told["fr"]
    clock.set(minutes=120)
    assert sitting.start().status_code == 201


def test_a_quiz_that_has_closed_says_since_when(sit, clock):
    sitting = sit({"closes": moment(hours=2), "grace": 60})
    clock.set(minutes=120)

    # The grace is for what was on its way, not for beginnings.
    told = told_at_start(sitting)

    assert told["en"] == "This test closed on 2 March 2026, 11:30 UTC."
    assert "2 mars 2026" in told["fr"]


def test_one_may_begin_until_the_last_moment_and_is_cut_at_the_closing(sit, clock):
    sitting = sit({"closes": moment(hours=2), "time_limit": 30})
    clock.set(minutes=120, microseconds=-1)

    assert sitting.start().status_code == 201

    assert sitting.attempt().deadline_at == NOW + timedelta(hours=2)


def test_the_next_attempt_begins_after_the_pause_that_is_told(sit, clock):
    sitting = sit({"delay": 60})
    clock.set(minutes=10)
    sitting.sit()
    clock.set(minutes=70, microseconds=-1)

    told = told_at_start(sitting)

    assert told["en"] == "The next attempt can begin on 2 March 2026, 10:40 UTC."
    assert "2 mars 2026" in told["fr"]
    clock.set(minutes=70)
    assert sitting.start().status_code == 201


def test_the_pause_after_an_attempt_that_time_closed_begins_at_its_deadline(sit, clock):
    sitting = sit({**LIMIT, "delay": 60})
    sitting.start()
    # Nobody looked for an hour.
    clock.set(minutes=89)
    assert tasks.close_overdue.run(clock.now) == 1
    assert sitting.start().status_code == 409

    clock.set(minutes=90)
    assert sitting.start().status_code == 201


def test_attempts_run_out_and_a_granted_one_is_one_more(sit, make, session, clock):
    sitting = sit(attempts=1)
    sitting.sit()

    told = told_at_start(sitting)

    assert told["en"] == "All 1 attempts have been used."
    trainer = make.person("Théo", roles=(Role.TRAINER,))
    grant_attempt(session, trainer, sitting.enrolment_id, "test", reason="A power cut", now=NOW)
    session.commit()
    assert "1 of 2 left" in sitting.go(f"/learn/{sitting.enrolment_id}/test").text
    assert str(sitting.line().note) == "One attempt is left."
    assert sitting.start().status_code == 201
    sitting.submit()
    assert told_at_start(sitting)["en"] == "All 2 attempts have been used."


def test_an_attempt_may_be_granted_before_the_first_was_begun(sit, make, session):
    sitting = sit(attempts=1)
    trainer = make.person("Théo", roles=(Role.TRAINER,))
    grant_attempt(session, trainer, sitting.enrolment_id, "test", reason="Illness", now=NOW)
    session.commit()

    sitting.sit()

    assert sitting.start().status_code == 201


# --- How long it lasts ----------------------------------------------------------------------------


def test_the_page_says_how_long_one_has_before_and_until_when_after_the_start(sit):
    sitting = sit(LIMIT)

    before = sitting.go(f"/learn/{sitting.enrolment_id}/test")
    assert "You have 30 min from the start." in before.text
    reply = sitting.start()

    assert reply.json["deadline_at"] == moment(minutes=30)
    assert reply.json["now"] == moment()
    assert "Until 2 March 2026, 10:00 UTC" in sitting.go().text


@pytest.mark.parametrize(
    ("own", "institution", "minutes"),
    [(50, None, 45), (None, 100, 60), (50, 100, 45), (0, 100, 60), (0, None, 30)],
)
def test_extra_time_is_a_share_of_the_limit_and_ones_own_outranks_the_institutions(
    sit, make, session, clock, app, own, institution, minutes
):
    sitting = sit(LIMIT)
    parent = make.institution("north")
    branch = make.institution("branch", parent_id=parent)
    learner = make.person("Bintou", institution_id=branch, language="en")
    enrolment_id = make.enrolment(learner, "lists")
    trainer = make.person("Théo", roles=(Role.TRAINER,))
    module_id = get_facts(session, enrolment_id).module_id
    for percent, whom in (
        (own, {"person_id": learner.person_id}),
        (institution, {"institution_id": parent}),
    ):
        if percent is not None:
            give_extra_time(
                session, trainer, module_id, "test", percent=percent, reason="Agreed", now=NOW,
                **whom,
            )  # fmt: skip
    session.commit()
    browser = sign_in(app.test_client(), learner)
    sitting = Sitting(app, make, clock, learner, enrolment_id, browser)

    told = sitting.go(f"/learn/{enrolment_id}/test").text
    sitting.start()

    assert sitting.attempt().deadline_at == NOW + timedelta(minutes=minutes)
    assert ("That includes your extra time" in told) == (minutes != 30)


def test_the_servers_time_and_the_deadline_can_be_asked_for(sit, clock):
    sitting = sit(LIMIT)
    sitting.start()
    clock.set(minutes=12)

    reply = sitting.api("GET", f"{sitting.path}/time")

    assert reply.json == {
        "now": moment(minutes=12), "deadline_at": moment(minutes=30), "submitted_at": None,
    }  # fmt: skip


# --- What counts after its end --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "is_late", "is_current"),
    [
        ({"minutes": 30}, False, True),
        ({"minutes": 30, "microseconds": 1}, True, True),
        ({"minutes": 31}, True, True),
        ({"minutes": 31, "microseconds": 1}, True, False),
    ],
)
def test_a_save_counts_until_the_grace_is_over_and_is_kept_even_after(
    sit, clock, after, is_late, is_current
):
    sitting = sit(LIMIT)
    sitting.start()
    sitting.save("alpha", choose("alpha", "no"))
    clock.set(**after)

    receipt = sitting.save("alpha", choose("alpha", "yes"), base=1)

    assert (receipt["late"], receipt["current"]) == (is_late, is_current)
    assert receipt["received_at"] == clock.now.isoformat()
    assert sitting.answers()["alpha"] == choose("alpha", "yes" if is_current else "no")
    assert sitting.kept() == 2
    # What comes too late finds the attempt closed, or closes it.
    assert sitting.attempt().is_timed_out is not is_current


@pytest.mark.parametrize(
    ("after", "status", "score", "is_timed_out"),
    [
        ({"minutes": 30}, 201, 1 / 3, False),
        ({"minutes": 31}, 201, 1 / 3, False),
        ({"minutes": 31, "microseconds": 1}, 200, 0, True),
    ],
)
def test_a_submission_with_its_saves_counts_until_the_grace_is_over(
    sit, clock, after, status, score, is_timed_out
):
    sitting = sit(LIMIT)
    sitting.start()
    clock.set(**after)

    reply = sitting.submit(sitting.as_save("alpha", choose("alpha", "yes")))

    assert (reply.status_code, reply.json["score"]) == (status, pytest.approx(score, abs=1e-6))
    assert reply.json["receipts"][0]["current"] is not is_timed_out
    attempt = sitting.attempt()
    assert (attempt.is_timed_out, attempt.submitted_at) == (is_timed_out, clock.now)
    assert sitting.count(Grade) == 1


def test_a_page_that_comes_in_the_grace_is_saved_and_one_that_comes_later_is_told_so(sit, clock):
    sitting = sit(LIMIT)
    sitting.start()
    alpha = sitting.slot("alpha")
    clock.set(minutes=31)
    sitting.send_page({"alpha": choose("alpha", "no")})
    assert "Your answers are saved." in sitting.go().text

    clock.set(minutes=32)
    sitting.send_page({"alpha": choose("alpha", "yes")}, bases={"alpha": 1})

    page = sitting.go()
    assert f"It was kept, but does not count: questions {alpha}." in page.text
    assert "The time was over" in page.text
    assert sitting.answers() == {"alpha": choose("alpha", "no")}


def test_a_check_that_comes_too_late_loses_nothing_of_its_page(sit, clock):
    sitting = sit({**LIMIT, "feedback": "immediate"})
    sitting.start()
    clock.set(minutes=32)

    reply = sitting.send_page({"alpha": choose("alpha", "yes")}, check=sitting.slot("alpha"))

    assert reply.status_code == 302
    assert sitting.kept() == 1
    assert sitting.attempt().is_timed_out


# --- Who closes it --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TOUCHES)
def test_an_attempt_whose_time_is_over_is_closed_by_whoever_touches_it_and_graded_once(
    sit, clock, session, name
):
    sitting = sit(LIMIT)
    sitting.start()
    attempt_id = sitting.attempt_id
    sitting.save("alpha", choose("alpha", "yes"))
    clock.set(minutes=31, microseconds=1)

    TOUCHES[name](sitting)

    attempt = sitting.attempt()
    assert (attempt.submitted_at, attempt.is_timed_out) == (clock.now, True)
    # Whatever else touches it later changes nothing.
    clock.set(minutes=40)
    for touch in TOUCHES.values():
        sitting.attempt_id = attempt_id
        touch(sitting)
    sitting.attempt_id = attempt_id
    assert sitting.attempt().submitted_at == NOW + timedelta(minutes=31, microseconds=1)
    assert sitting.count(Grade, Grade.attempt_id == attempt_id) == 1
    assert sitting.count(Result) == 1
    assert sitting.line().score == Decimal("0.333333")
    assert sitting.answers() == {"alpha": choose("alpha", "yes")}


@pytest.mark.parametrize("name", TOUCHES)
def test_until_the_grace_is_over_nobody_closes_it_unasked(sit, clock, name):
    sitting = sit(LIMIT)
    sitting.start()
    attempt_id = sitting.attempt_id
    clock.set(minutes=31)

    TOUCHES[name](sitting)

    sitting.attempt_id = attempt_id
    assert not sitting.attempt().is_timed_out
    assert (sitting.attempt().submitted_at is not None) == (
        name in {"a submission", "the button of a page"}
    )


def test_a_sweep_closes_what_is_due_and_leaves_the_rest(sit, app, make, clock):
    early = sit(LIMIT)
    early.start()
    clock.set(minutes=5)
    learner = make.person("Bintou")
    late = Sitting(
        app, make, clock, learner, make.enrolment(learner, "lists"),
        sign_in(app.test_client(), learner),
    )  # fmt: skip
    late.start()

    clock.set(minutes=31)
    assert tasks.close_overdue.run(clock.now) == 0
    clock.set(minutes=32)
    assert tasks.close_overdue.run(clock.now) == 1
    assert tasks.close_overdue.run(clock.now) == 0

    assert early.attempt().submitted_at == clock.now
    assert late.attempt().submitted_at is None


def test_an_attempt_without_a_deadline_stays_open_for_ever(sit, clock):
    sitting = sit()
    sitting.start()
    clock.set(minutes=60 * 24 * 365)

    assert tasks.close_overdue.run(clock.now) == 0
    assert sitting.show()["submitted_at"] is None


def test_who_begins_again_after_the_time_was_over_has_the_next_attempt(sit, clock):
    sitting = sit(LIMIT)
    sitting.start()
    clock.set(minutes=32)

    reply = sitting.start()

    assert (reply.status_code, reply.json["number"]) == (201, 2)
    assert reply.json["deadline_at"] == moment(minutes=62)


def test_an_attempt_that_cannot_be_graded_keeps_no_other_from_being_closed(sit, clock, monkeypatch):
    first, second = sit(LIMIT), sit(LIMIT)
    first.start()
    second.start()
    grade = closing.close_attempt

    def fail_for_the_first(session, locked, **more):
        if locked.row.id == first.attempt_id:
            raise ZeroDivisionError
        grade(session, locked, **more)

    monkeypatch.setattr(closing, "close_attempt", fail_for_the_first)
    clock.set(minutes=32)

    with pytest.raises(ZeroDivisionError):
        tasks.close_overdue.run(clock.now)

    session = first.make.session
    session.expire_all()
    assert session.get_one(Attempt, second.attempt_id).is_timed_out
    assert session.get_one(Attempt, first.attempt_id).submitted_at is None


def test_the_module_page_tells_that_an_attempt_is_under_way_until_it_is_closed(sit, clock):
    sitting = sit(LIMIT)
    sitting.start()
    assert str(sitting.line().note) == "An attempt is under way."

    clock.set(minutes=32)
    tasks.close_overdue.run(clock.now)

    assert str(sitting.line().note) == "One attempt is left."
    assert sitting.line().state == "failed"
