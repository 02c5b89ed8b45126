"""Trainers' pages of one attempt, of a regrade and of extra time, read and used without a script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import event, func, select
from werkzeug.datastructures import MultiDict

from lms.core import permissions
from lms.core.permissions import SITE, Permission, Role, Scope, ScopeKind
from lms.learning import get_facts
from lms.learning.models import Enrolment
from lms.quizzes import commands, forms, queries
from lms.quizzes.errors import UnfitRepair
from lms.quizzes.models import Answer, Attempt, ExtraTime, Grade, Repair
from lms.quizzes.views import SaveState, show_questions
from tests.conftest import NOW
from tests.factories import sign_in
from tests.made_courses import Listed, number, option, several, single
from tests.quizzes.sitting import QUIZ, choose
from tests.visitor import Page, Visitor, dump, list_values, text_of

ALONE = {"activities": (Listed("test", "quiz"),)}
REASON = "Power failed in “Nord”; <b>seen</b> & noted."


@pytest.fixture
def trainer(make):
    """A trainer of the whole site."""
    return make.person("Théo", "Kaboré", roles=(Role.TRAINER,), scope=SITE)


@pytest.fixture
def visitor(app, session, trainer):
    """The trainer's browser."""
    session.commit()
    return Visitor(sign_in(app.test_client(), trainer), session, "en")


@pytest.fixture
def closed(sit, make, clock):
    """A timed attempt with an answer replaced, one set aside, one left out and one that came late."""
    sitting = sit({"time_limit": 30, "grace": 60}, **ALONE)
    north = make.institution("north")
    make.session.get(Enrolment, sitting.enrolment_id).institution_id = north
    make.member(sitting.actor, north)
    sitting.start()
    sitting.save("alpha", choose("alpha", "no"))
    clock.set(minutes=1, seconds=2)
    sitting.save("alpha", sitting.right("alpha"), base=1)
    sitting.save("alpha", choose("alpha", "never"), client="tablet-of-awa")
    clock.set(minutes=20)
    sitting.submit()
    clock.set(minutes=22)
    sitting.save("beta", sitting.right("beta"), client="tablet-of-awa")
    return sitting


def record(sitting) -> str:
    return f"/teach/attempts/{sitting.attempt_id}"


def find_form(page: Page, action: str) -> Element:
    """Return the form that goes to an address."""
    return next(form for form in page.root.iter("form") if form.get("action") == action)


def send(visitor: Visitor, action: str, filled: Mapping[str, str]) -> Page:
    """Fill in the form of the page that goes to an address, send it, and land where it leads."""
    form = find_form(visitor.page, action)
    names = {name for name, _ in list_values(form)} | {
        field.get("name") for field in form.iter("select")
    }
    assert set(filled) <= names
    values = {**dict(list_values(form)), **filled}
    return visitor._land((action, visitor.client.post(action, data=values,
                                                      headers=visitor.headers)))  # fmt: skip


def post(visitor: Visitor, action: str, values: Mapping[str, str], token_of: Page) -> Page:
    """Send a form that the page does not show any more, or never did."""
    (_, token) = next(pair for form in token_of.root.iter("form") for pair in list_values(form)
                      if pair[0] == "csrf_token")  # fmt: skip
    data = {"csrf_token": token, **values}
    return Page(visitor.client.post(action, data=data, headers=visitor.headers), action)


def field_of(page: Page, name: str) -> Element:
    (found,) = [one for one in page.root.iter() if one.get("id") == name]
    return found


def problem_of(page: Page, name: str) -> str:
    """Return what a field says is wrong with it; it is tied to the field."""
    field = field_of(page, name)
    assert field.get("aria-invalid") == "true"
    assert f"{name}-error" in field.get("aria-describedby").split()
    return text_of(field_of(page, f"{name}-error"))


def facts(page: Page) -> dict[str, str]:
    """Return what the page lists as facts, by their names."""
    return {
        text_of(pair[0]): text_of(pair[1])
        for pair in page.root.iter("div")
        if [part.tag for part in pair] == ["dt", "dd"]
    }


def folds(page: Page) -> dict[str, bool]:
    """Return which folds of the page are open, by their ids."""
    return {
        one.get("id"): "open" in one.attrib for one in page.root.iter("details") if one.get("id")
    }


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


# --- The record -------------------------------------------------------------------------------------


def test_the_record_says_whose_attempt_it_is_when_it_was_and_what_came_of_it(
    closed, session, visitor
):
    page = visitor.go(record(closed))

    assert page.title == "Awa Traoré"
    for words in (
        "Attempt 1 · north Commission",
        "Voter lists",
        "Not passed The score is 33%; 70% was needed.",
        "When it was submitted 2 March 2026, 09:50 UTC 33%",
        "Nothing out of the ordinary.",
    ):
        assert words in page.text, words
    assert facts(page) == {
        "Score": "33%",
        "Pass mark": "70%",
        "Begun": "2 March 2026, 09:30 UTC",
        "Deadline": "2 March 2026, 10:00 UTC",
        "Submitted": "2 March 2026, 09:50 UTC",
        "Language": "English",
        "Attempts": "1 of 2 left",
    }
    assert page.find_link("Test test") == "/teach/quizzes/lists/test"


def test_every_save_is_there_with_what_became_of_it_and_no_name_of_a_device(closed, visitor):
    page = visitor.go(record(closed))

    late = "Save 1 · 2 Mar 2026, 09:52:00 UTC"
    saves = {text_of(one) for one in page.root.iter("li") if one.get("id", "").startswith("save-")}
    assert {re.sub(r" Let this answer count.*", "", one) for one in saves} == {
        "Option alpha-no Save 1 · 2 Mar 2026, 09:30:00 UTC · from A · English Replaced later",
        "Option alpha-yes Save 2 · 2 Mar 2026, 09:31:02 UTC · from A · English Counts",
        "Option alpha-never Save 3 · 2 Mar 2026, 09:31:02 UTC · from B · English Set aside",
        f"Option beta-yes {late} · from B · English Too late 2 minutes after the end",
    }
    assert "tablet" not in page.html
    assert "phone" not in page.html


def test_questions_say_what_is_right_and_what_was_given(closed, visitor):
    page = visitor.go(record(closed))

    shown = {slot: text_of(field_of(page, f"q{closed.slot(slot)}"))
             for slot in ("alpha", "beta", "gamma")}  # fmt: skip
    assert "Right" in shown["alpha"]
    assert "Option alpha-yes Given Right answer Because of alpha-yes" in shown["alpha"]
    assert "In short: alpha" in shown["alpha"]
    assert "No mark" in shown["beta"]
    assert "Nothing was saved." in shown["gamma"]
    assert "Your answer" not in page.text
    assert not any(folds(page).values())


def test_it_reads_in_the_trainers_language(closed, app, session, trainer):
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "fr")
    page = visitor.go(record(closed))

    assert page.root.get("lang") == "fr"
    assert "Question alpha (fr)" in page.text
    assert "2 mars 2026, 09:30 UTC" in page.text
    assert "2 mars 2026, 09:31:02 UTC" in page.text


def test_an_open_attempt_shows_its_answers_and_no_mark(sit, session, trainer, app):
    sitting = sit({"time_limit": 30})
    sitting.start()
    sitting.save("alpha", choose("alpha", "no"))
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(record(sitting))

    assert "Still open It ends on 2 March 2026, 10:00 UTC at the latest." in page.text
    assert "Option alpha-no Given Wrong answer" in page.text
    assert "Waits for a mark" not in page.text
    assert "How it was graded" not in page.text
    assert set(folds(page)) == {"q1", "q2", "q3", "extend", "grant"}


def test_a_look_at_an_attempt_whose_time_is_over_closes_it(sit, clock, app, session, trainer):
    sitting = sit({"time_limit": 30})
    sitting.start()
    clock.set(minutes=31)
    client = sign_in(app.test_client(), trainer)

    page = Page(client.get(record(sitting), headers={"Accept-Language": "en"}), "")

    assert "closed by time" in page.text
    assert "Not passed" in page.text
    assert sitting.attempt().is_timed_out
    assert count(session, Grade) == 1
    assert "extend" not in folds(page)


def test_many_devices_have_a_letter_each(sit, session, trainer, clock):
    sitting = sit()
    sitting.start()
    for at in range(28):
        sitting.save("alpha", choose("alpha", "no"), client=f"page-{at}", base=at)

    found = queries.get_record(session, trainer, sitting.attempt_id, language="en", now=NOW)
    question = show_questions(found, language="en")[sitting.slot("alpha") - 1]

    letters = [save.source for save in question.saves]
    assert letters[:2] == ["A", "B"]
    assert letters[24:] == ["Y", "Z", "AA", "AB"]
    assert [save.state for save in question.saves[-2:]] == [SaveState.REPLACED, SaveState.COUNTS]


def test_a_late_answer_within_the_grace_counts_and_says_so(sit, clock, app, session, trainer):
    sitting = sit({"time_limit": 30, "grace": 60})
    sitting.start()
    clock.set(minutes=30, seconds=40)
    sitting.save("alpha", sitting.right("alpha"))
    sitting.submit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(record(sitting))

    assert "Counts 40 seconds after the end" in page.text
    assert "Let this answer count" not in page.text


def test_the_learner_has_a_review_and_no_record(closed, app, session):
    visitor = Visitor(sign_in(app.test_client(), closed.actor), session, "en")

    assert visitor.go(record(closed)).status == 404
    assert visitor.go(f"/attempts/{closed.attempt_id}/review").status == 200


def test_who_may_read_and_not_repair_finds_no_form(closed, app, session, make, monkeypatch):
    officer = make.person("Ousmane", roles=(Role.OFFICER,))
    granted = permissions.PERMISSIONS_OF[Role.OFFICER] | {Permission.READ_ATTEMPT}
    monkeypatch.setitem(permissions.PERMISSIONS_OF, Role.OFFICER, granted)
    visitor = Visitor(sign_in(app.test_client(), officer), session, "en")

    page = visitor.go(record(closed))

    assert page.status == 200
    assert "When something went wrong" not in page.text
    assert {form.get("action") for form in page.root.iter("form")} == {"/logout"}
    asked = post(
        visitor, f"{record(closed)}/marks/1", {"mark-slot-1": "1", "reason-slot-1": "x"}, page
    )
    assert asked.status == 403
    assert "You may look at this attempt, but not change what came of it." in asked.text


def test_a_record_reads_as_often_however_much_there_is(closed, app, session, trainer, clock):
    def count_queries() -> int:
        statements = []

        def listen(connection, cursor, statement, *more) -> None:
            if statement.startswith("SELECT"):
                statements.append(statement)

        engine = app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", listen)
        queries.get_record(session, trainer, closed.attempt_id, language="en", now=clock.now)
        event.remove(engine, "before_cursor_execute", listen)
        return len(statements)

    few = count_queries()
    for at in range(10):
        closed.save("gamma", choose("gamma", "one"), base=at)
        commands.mark_answer(session, trainer, closed.attempt_id, 1 + at % 3,
                             mark=Fraction(at % 2), reason="Again", now=NOW)  # fmt: skip

    assert few == count_queries() == 11


# --- A mark -----------------------------------------------------------------------------------------


@pytest.fixture
def unclear(sit):
    """An attempt that waits for a mark, in a quiz that is all of its module."""
    sitting = sit(questions=(number("delta"), several("gamma")), draw=2, **ALONE)
    sitting.start()
    sitting.submit(
        sitting.as_save("delta", {"value": "1.234"}, language="fr"),
        sitting.as_save("gamma", sitting.right("gamma")),
    )
    return sitting


def test_a_missing_mark_stands_out_and_is_given_on_the_page(unclear, session, visitor):
    slot = unclear.slot("delta")
    page = visitor.go(record(unclear))
    assert "1 answer waits for a mark Until then there is no score." in page.text
    assert page.find_link(f"Question {slot}") == f"#q{slot}"
    assert {id for id, is_open in folds(page).items() if is_open} == {f"q{slot}", f"slot-{slot}"}
    assert "This number can be read as 1,234 or as 1234." in page.text

    page = send(visitor, f"{record(unclear)}/marks/{slot}",
                {f"mark-slot-{slot}": "33,33", f"reason-slot-{slot}": REASON})  # fmt: skip

    assert page.path == record(unclear)
    assert f"Question {slot} is marked, and the attempt was graded again." in page.text
    assert f"Question {slot} was marked: 33.33% {REASON} Théo Kaboré" in page.text
    assert "<b>seen</b>" not in page.html
    assert "After what a trainer did" in page.text
    assert "Marked by hand" in page.text
    assert session.scalars(select(Repair.mark)).one() == "3333/10000"
    assert "Not passed The score is 67%" in page.text


@pytest.mark.parametrize(
    ("typed", "mark"),
    [("0", "0"), ("100", "1"), ("50 %", "1/2"), ("50\u202f%", "1/2"), ("12.5", "1/8"),
     ("12,5", "1/8"), (" 7 ", "7/100"), ("٥٠", "1/2")],
)  # fmt: skip
def test_a_mark_is_read_with_a_comma_or_a_point(app, typed, mark):
    assert str(forms.read_mark(form_with(**{"mark-slot-1": typed}), "slot-1")) == mark


def form_with(**values: str) -> MultiDict[str, str]:
    return MultiDict(values)


@pytest.mark.parametrize(
    "typed", ["", "half", "-5", "1e2", "5 0", "1,234,5", "%", "١٢ x", "9" * 400]
)
def test_what_is_no_percentage_is_not_guessed(typed):
    with pytest.raises(UnfitRepair) as refusal:
        forms.read_mark(form_with(**{"mark-slot-1": typed}), "slot-1")
    assert set(refusal.value.fields) == {"mark", "reason"}
    assert str(refusal.value.fields["mark"]) == "Write the mark in percent, such as 50 or 33.3."


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("lots", "Write the mark in percent, such as 50 or 33.3."),
        ("101", "A mark lies between 0 and 100 percent."),
        ("33,333", "A mark in percent has at most two decimals."),
    ],
)
def test_a_mark_that_cannot_be_used_comes_back_as_it_was_typed(unclear, visitor, typed, says):
    slot = unclear.slot("gamma")
    visitor.go(record(unclear))
    before = dump(visitor.session.connection())

    page = send(visitor, f"{record(unclear)}/marks/{slot}",
                {f"mark-slot-{slot}": typed, f"reason-slot-{slot}": ""})  # fmt: skip

    assert page.status == 422
    assert "Nothing was changed" in page.text
    assert problem_of(page, f"mark-slot-{slot}") == says
    assert problem_of(page, f"reason-slot-{slot}") == "Say why. The reason stays in the record."
    assert field_of(page, f"mark-slot-{slot}").get("value") == typed
    assert folds(page)[f"q{slot}"]
    assert dump(visitor.session.connection()) == before


# --- The others -------------------------------------------------------------------------------------


def test_a_late_answer_is_accepted_beside_it(closed, session, visitor):
    visitor.go(record(closed))
    answer_id = session.scalars(select(func.max(Answer.id))).one()

    page = send(
        visitor, f"/teach/answers/{answer_id}/acceptance", {f"reason-accept-{answer_id}": ""}
    )
    assert page.status == 422
    assert problem_of(page, f"reason-accept-{answer_id}")
    assert folds(page)[f"q{closed.slot('beta')}"]
    page = send(visitor, f"/teach/answers/{answer_id}/acceptance",
                {f"reason-accept-{answer_id}": "Line was cut."})  # fmt: skip

    assert "The late answer counts now, and the attempt was graded again." in page.text
    assert "Counts Accepted by a trainer 2 minutes after the end" in page.text
    assert f"Question {closed.slot('beta')}: late answer 1 was accepted Line was cut." in page.text
    assert "The score is 67%" in page.text
    assert "Let this answer count" not in page.text


def test_the_end_of_an_open_attempt_is_moved(sit, session, app, trainer):
    sitting = sit({"time_limit": 30})
    sitting.start()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")
    action = f"{record(sitting)}/deadline"
    visitor.go(record(sitting))

    page = send(visitor, action, {"minutes-extend": "soon", "reason-extend": "Line was cut."})
    assert page.status == 422
    assert problem_of(page, "minutes-extend") == "Write the minutes as a whole number."
    assert field_of(page, "reason-extend").get("value") == "Line was cut."
    assert folds(page)["extend"]
    page = send(visitor, action, {"minutes-extend": "99999"})
    assert problem_of(page, "minutes-extend") == "Give between 1 and 10080 minutes."
    page = send(visitor, action, {"minutes-extend": "90"})

    assert "The attempt ends 1 h 30 min later." in page.text.replace("\u00a0", " ")
    assert "It ends on 2 March 2026, 11:30 UTC at the latest." in page.text
    assert sitting.attempt().deadline_at == NOW + timedelta(minutes=120)


def test_what_can_no_longer_be_done_says_why(sit, clock, session, app, trainer):
    sitting = sit({"time_limit": 30})
    sitting.start()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")
    open_page = visitor.go(record(sitting))
    sitting.submit()

    page = post(visitor, f"{record(sitting)}/deadline",
                {"minutes-extend": "5", "reason-extend": "Line was cut."}, open_page)  # fmt: skip

    assert page.status == 409
    assert "This attempt was already submitted." in page.text
    assert count(session, Repair) == 0


def test_a_closed_attempt_is_reopened_and_both_pages_lead_to_each_other(closed, session, visitor):
    visitor.go(record(closed))
    action = f"{record(closed)}/reopening"
    page = send(visitor, action, {"minutes-reopen": "x", "reason-reopen": "By mistake."})
    assert page.status == 422
    assert field_of(page, "minutes-reopen").get("value") == "x"

    page = send(visitor, action, {"minutes-reopen": ""})

    assert "The attempt goes on in a new one, which is open now." in page.text
    assert "Reopened, without a time limit By mistake. Théo Kaboré" in page.text
    new_id = session.scalars(select(func.max(Attempt.id))).one()
    assert page.find_link("Attempt 2") == f"/teach/attempts/{new_id}"
    assert "reopen" not in folds(page)
    page = visitor.go(f"/teach/attempts/{new_id}")
    assert "Still open It has no time limit." in page.text
    assert "taken over from the attempt before" in page.text
    assert page.find_link("Attempt 1") == record(closed)
    assert "extend" not in folds(page)


def test_beside_an_open_attempt_there_is_nothing_to_reopen(closed, visitor):
    old = record(closed)
    closed.start()

    page = visitor.go(old)

    assert "reopen" not in folds(page)
    assert "wait until the one that is open has been submitted" in page.text
    assert page.find_link("Attempt 2") == record(closed)
    refused = post(visitor, f"{old}/reopening", {"reason-reopen": "By mistake."}, page)
    assert refused.status == 409
    assert "Another attempt at this test is open." in refused.text


def test_one_more_attempt_is_granted(closed, session, visitor):
    visitor.go(record(closed))
    action = f"/teach/enrolments/{closed.enrolment_id}/test/grants"
    page = send(visitor, action, {"reason-grant": "x" * 501})
    assert page.status == 422
    assert "this one has 501" in problem_of(page, "reason-grant")

    page = send(visitor, action, {"reason-grant": "For all of that morning."})

    assert "One more attempt is granted." in page.text
    assert facts(page)["Attempts"] == "2 of 3 left"
    assert "One more attempt was granted For all of that morning." in page.text


def test_where_there_is_no_limit_no_attempt_is_granted(sit, app, session, trainer):
    sitting = sit(attempts=None)
    sitting.sit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(record(sitting))

    assert facts(page)["Attempts"] == "No limit"
    assert "grant" not in folds(page)
    assert "Give extra time" not in page.text


@pytest.mark.parametrize(
    "action",
    [
        "/teach/answers/99999/acceptance",
        "/teach/enrolments/99999/test/grants",
        "/teach/enrolments/{enrolment}/nothing/grants",
        "/teach/attempts/99999/deadline",
        "/teach/attempts/{attempt}/marks/99",
    ],
)
def test_what_is_not_there_is_not_found(closed, session, visitor, action):
    page = visitor.go(record(closed))
    path = action.format(enrolment=closed.enrolment_id, attempt=closed.attempt_id)
    form = {"mark-slot-99": "1", "reason-slot-99": "x", "minutes-extend": "5", "reason-extend": "x"}

    assert post(visitor, path, form, page).status == 404
    assert count(session, Repair) == 0


def test_a_form_without_its_token_does_nothing(closed, session, visitor):
    for path in (f"{record(closed)}/reopening", "/teach/quizzes/lists/test/regrade"):
        assert visitor.client.post(path, data={"reason-reopen": "x"}).status_code == 400
    assert count(session, Repair) == 0


# --- Regrading --------------------------------------------------------------------------------------


def turned(key: str) -> dict:
    """Return the question with another of its options right."""
    question = single(key)
    for one, fraction in zip(question["options"], (0, 1, 0), strict=True):
        one["fraction"] = fraction
    return question


def correct(make, alpha: dict, **changes) -> None:
    make.modules(
        QUIZ.with_(questions=(alpha, single("beta"), several("gamma")), **ALONE, **changes)
    )


REGRADE = "/teach/quizzes/lists/test/regrade"


def test_a_regrade_shows_first_what_it_would_change_and_then_does_it(
    sit, make, session, app, trainer
):
    sitting = sit(**ALONE)
    sitting.sit("alpha", "beta", "gamma")
    bintou = make.person("Bintou", "Sawadogo")
    enrolment_id = make.enrolment(bintou, "lists")
    commands.start_attempt(session, bintou, enrolment_id, "test", language="fr", now=NOW)
    session.commit()
    correct(make, turned("alpha"))
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(REGRADE)

    slot = sitting.slot("alpha")
    assert "By the questions’ newest keys, 1 attempt would be graded otherwise." in page.text
    assert f"Awa Traoré Attempt 1 · Question {slot}: 100% → 0%" in page.text
    assert "100%, passed → 67%, not passed No longer passes" in page.text
    assert "1 person no longer reaches the pass mark" in page.text
    assert "neither is ever withdrawn by a regrade" in page.text
    assert "Awa Traoré – the module stays completed" in page.text
    assert "1 attempt is still open" in page.text
    assert page.find_link("Awa Traoré") == record(sitting)
    assert {name for name, _ in list_values(find_form(page, REGRADE))} == {"csrf_token", "preview"}

    page = visitor.press("Grade again")

    assert (page.status, page.title) == (200, "Graded again")
    assert "1 attempt was graded again." in page.text
    assert "100%, passed → 67%, not passed" in page.text
    assert count(session, Grade) == 2
    page = visitor.go(record(sitting))
    assert "After a key was corrected" in page.text
    assert "Graded by the key of a newer version" in page.text
    assert "Option alpha-yes Given Wrong answer" in page.text


def test_what_is_no_longer_what_was_shown_is_shown_anew(sit, make, session, app, trainer):
    sitting = sit(attempts=None, **ALONE)
    sitting.sit("alpha", "beta", "gamma")
    correct(make, turned("alpha"), attempts=None)
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")
    visitor.go(REGRADE)
    commands.mark_answer(
        session,
        trainer,
        sitting.attempt_id,
        sitting.slot("alpha"),
        mark=Fraction(1),
        reason="So",
        now=NOW,
    )
    session.commit()
    before = count(session, Grade)

    page = visitor.press("Grade again")

    assert page.status == 409
    assert (
        "What would change is no longer what you were shown, so nothing was changed." in page.text
    )
    assert "Nothing would change" in page.text
    assert count(session, Grade) == before


def test_where_nothing_would_change_there_is_no_button(sit, session, app, trainer):
    sit(**ALONE).sit("alpha")
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(REGRADE)

    assert "Nothing would change" in page.text
    assert not page.has_button("Grade again")


@pytest.mark.parametrize(
    "changed",
    [
        {**turned("alpha"), "options": turned("alpha")["options"][:2]},
        {**turned("alpha"), "options": [*turned("alpha")["options"], option("alpha-new", 0)]},
        number("alpha"),
    ],
    ids=["an option less", "an option more", "another type"],
)
def test_record_and_review_of_a_question_that_is_another_by_now_can_be_read(
    sit, make, session, app, trainer, changed
):
    sitting = sit(**ALONE)
    sitting.sit("alpha")
    correct(make, turned("alpha"))
    commands.regrade_quiz(session, trainer, "lists", "test", now=NOW)
    correct(make, changed)
    commands.regrade_quiz(session, trainer, "lists", "test", now=NOW)
    session.commit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    assert "Option alpha-never" in visitor.go(record(sitting)).text
    assert "Option alpha-never" in sitting.go().text


def test_saves_are_shown_in_the_words_that_were_read(sit, make, session, app, trainer):
    sitting = sit(**ALONE)
    sitting.sit("alpha")
    reworded = turned("alpha")
    reworded["options"][0]["text"] = {"fr": "Autrement", "en": "In other words"}
    correct(make, reworded)
    commands.regrade_quiz(session, trainer, "lists", "test", now=NOW)
    session.commit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    page = visitor.go(record(sitting))

    assert "In other words Given Wrong answer" in page.text
    (save,) = [one for one in page.root.iter("li") if one.get("id", "").startswith("save-")]
    assert text_of(save).startswith("Option alpha-yes Save 1")


@pytest.mark.parametrize("page", ["regrade", "extra-time"])
@pytest.mark.parametrize("path", ["lists/nothing", "lists/reading", "nothing/test"])
def test_a_quiz_that_is_not_there_is_not_found(sit, session, app, trainer, path, page):
    sit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    assert visitor.go(f"/teach/quizzes/{path}/{page}").status == 404


# --- Extra time -------------------------------------------------------------------------------------

TIME = "/teach/quizzes/lists/test/extra-time"


def options_of(page: Page) -> dict[str, list[str]]:
    return {
        group.get("label"): [text_of(one) for one in group.iter("option")]
        for group in page.root.iter("optgroup")
    }


def chosen(page: Page) -> list[str]:
    (select_,) = page.root.iter("select")
    return [one.get("value") for one in select_.iter("option") if "selected" in one.attrib]


def test_extra_time_is_given_changed_and_taken_back(closed, session, visitor):
    page = visitor.go(TIME)
    assert "Nobody has extra time here." in page.text
    assert facts(page)["Time"] == "30 min"
    whom = f"person-{closed.actor.person_id}"

    page = send(visitor, TIME, {"whom": whom, "percent": "25 %", "reason-time": REASON})
    assert "Extra time is given for attempts that are begun from now on." in page.text
    assert f"Awa Traoré {REASON} Théo Kaboré · " in page.text
    assert "+25%" in page.text

    page = visitor.follow("Change Awa Traoré")
    assert chosen(page) == [whom]
    assert field_of(page, "percent").get("value") == "25"
    page = visitor.follow("Take back Awa Traoré")
    assert field_of(page, "percent").get("value") == "0"
    page = send(visitor, TIME, {"whom": whom, "reason-time": "Given by mistake."})

    assert "The extra time is taken back for attempts that are begun from now on." in page.text
    assert "Nobody has extra time here." in page.text
    assert "taken back" in page.text
    assert "+25%" in page.text
    assert session.scalars(select(ExtraTime.percent).order_by(ExtraTime.id)).all() == [25, 0]


def test_an_institution_has_all_below_it(closed, make, session, visitor):
    north = session.get(Enrolment, closed.enrolment_id).institution_id
    branch = make.institution("branch", parent_id=north)
    friend = make.person("Bintou", institution_id=branch)
    make.enrolment(friend, "lists")
    page = visitor.go(TIME)
    assert options_of(page)["Institutions, with all below them"] == [
        "north Commission", "north Commission – branch Commission",
    ]  # fmt: skip

    page = send(
        visitor, TIME, {"whom": f"institution-{north}", "percent": "10", "reason-time": "Slow"}
    )

    assert "north Commission · with all institutions below it Slow" in page.text
    module_id = get_facts(session, closed.enrolment_id).module_id
    facts = get_facts(session, make.enrolment(friend, "lists"))
    percent = queries.find_extra_percent(session, module_id, "test", friend.person_id, facts.scopes)
    assert percent == 10


def test_people_are_found_by_name_without_accents_and_told_apart(closed, make, visitor):
    twins = [make.person("Élise", "N’Dri") for _ in range(2)]
    ids = [make.enrolment(one, "lists") for one in twins]
    make.person("Élise", "Elsewhere")

    visitor.go(TIME)
    page = visitor.press("Find", q="elise n'dri")

    assert options_of(page)["People"] == [
        f"Élise N’Dri · enrolment {enrolment_id}" for enrolment_id in ids
    ]
    assert "2 people are listed below." in page.text
    page = visitor.press("Find", q="nobody at all")
    assert "Nobody of that name is enrolled in the module." in page.text
    assert "People" not in options_of(page)
    assert options_of(visitor.go(TIME))["People"] == [
        "Awa Traoré · north Commission",
        *(f"Élise N’Dri · enrolment {enrolment_id}" for enrolment_id in ids),
    ]


def test_whoever_was_chosen_stays_chosen_whatever_is_looked_for(closed, make, visitor):
    whom = f"person-{closed.actor.person_id}"

    visitor.go(f"{TIME}?whom={whom}")
    page = visitor.press("Find", q="zzz")

    assert chosen(page) == [whom]


def test_only_so_many_people_are_listed_and_the_page_says_so(closed, make, visitor, monkeypatch):
    monkeypatch.setattr("lms.quizzes.queries.records.MOST_FOUND", 2)
    monkeypatch.setattr("lms.quizzes.queries.MOST_FOUND", 2)
    for name in ("Bintou", "Issa"):
        make.enrolment(make.person(name), "lists")

    page = visitor.go(TIME)

    assert len(options_of(page)["People"]) == 2
    assert "Only the first 2 people are listed below" in page.text


def test_nobody_is_offered_to_oneself(closed, make, visitor, trainer):
    make.enrolment(trainer, "lists")

    page = visitor.go(TIME)

    assert options_of(page)["People"] == ["Awa Traoré · north Commission"]
    refused = post(visitor, TIME, {"whom": f"person-{trainer.person_id}", "percent": "9",
                                   "reason-time": "x"}, page)  # fmt: skip
    assert refused.status == 403


@pytest.mark.parametrize(
    ("form", "problems"),
    [
        (
            {},
            {
                "whom": "Say whom it is for.",
                "percent": "Write the percentage as a whole number.",
                "reason-time": "Say why. The reason stays in the record.",
            },
        ),
        (
            {"whom": "person-x", "percent": "401", "reason-time": "So"},
            {"whom": "Say whom it is for.", "percent": "Give between 0 and 400 percent."},
        ),
        (
            {"whom": "person-99999", "percent": "10", "reason-time": "So"},
            {"whom": "This person is not enrolled in the module."},
        ),
        (
            {"whom": "institution-99999", "percent": "10", "reason-time": "So"},
            {"whom": "There is no such institution."},
        ),
        (
            {"whom": "{learner}", "percent": "12.5", "reason-time": "So"},
            {"percent": "Write the percentage as a whole number."},
        ),
    ],
)
def test_extra_time_that_cannot_be_given_comes_back_as_it_was_typed(
    closed, session, visitor, form, problems
):
    page = visitor.go(TIME)
    filled = {
        name: value.replace("{learner}", f"person-{closed.actor.person_id}")
        for name, value in form.items()
    }

    page = post(visitor, TIME, filled, page)

    assert page.status == 422
    assert {name: problem_of(page, name) for name in problems} == problems
    for name in ("percent", "reason-time"):
        assert (field_of(page, name).get("value") or "") == filled.get(name, "")
    if "{learner}" in form.get("whom", ""):
        assert chosen(page) == [filled["whom"]]
    assert count(session, ExtraTime) == 0


def test_a_test_without_a_time_limit_says_that_extra_time_has_no_effect(sit, session, app, trainer):
    sit()
    visitor = Visitor(sign_in(app.test_client(), trainer), session, "en")

    assert "extra time has no effect on it now" in visitor.go(TIME).text


def test_the_record_leads_to_extra_time_for_its_learner(closed, make, app, session, visitor):
    visitor.go(record(closed))
    page = visitor.follow("Give extra time for the attempts to come")
    assert chosen(page) == [f"person-{closed.actor.person_id}"]

    place = session.get(Enrolment, closed.enrolment_id).institution_id
    scope = Scope(ScopeKind.INSTITUTION, place)
    local = make.person("Léa", roles=(Role.TRAINER,), scope=scope)
    visitor = Visitor(sign_in(app.test_client(), local), session, "en")
    page = visitor.go(record(closed))
    assert "Give extra time" not in page.text
    assert visitor.go(TIME).status == 404
    assert visitor.go(REGRADE).status == 404
