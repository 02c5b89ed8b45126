"""Quizzes by pages and API: what is refused, in which words, and that nothing was changed by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.learning.commands import complete_activity
from lms.questions.domain import option_key
from lms.quizzes.commands import start_attempt, submit_attempt
from lms.quizzes.models import Answer, Attempt, Grade
from lms.quizzes.queries import list_current_answers, list_questions
from tests.conftest import NOW
from tests.factories import form_token, sign_in
from tests.made_courses import Listed, MadeModule
from tests.visitor import Page, dump, field_name

QUIZ = MadeModule(activities=(Listed("test", "quiz"), Listed("reading", after=("test",))))
# An id that nothing has.
MISSING = 2**31 - 1
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def awa(make):
    make.modules(QUIZ)
    return make.person(language="en")


@pytest.fixture
def enrolment_id(make, awa):
    return make.enrolment(awa, "lists")


@pytest.fixture
def attempt_id(session, awa, enrolment_id):
    started = start_attempt(session, awa, enrolment_id, "test", language="en", now=NOW)
    session.commit()
    return started.id


@pytest.fixture
def browser(client, awa):
    return sign_in(client, awa)


def post(browser, path: str, /, **form: Any) -> Page:
    token = form_token(browser)
    form = {field_name(name): value for name, value in form.items()}
    return Page(browser.post(path, data={"csrf_token": token, **form}), path)


def put(browser, attempt_id: int, saves: Any, **more: Any) -> Any:
    return browser.put(
        f"/api/v1/attempts/{attempt_id}/answers",
        json={"client": "phone", "saves": saves, **more},
        headers={"X-CSRFToken": form_token(browser)},
    )


def save(**changes: Any) -> dict[str, Any]:
    return {"slot": 1, "number": 1, "base": 0, "response": {"choices": []}, **changes}


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def slot_of(session, attempt_id, key) -> int:
    return next(s.number for s in list_questions(session, attempt_id) if s.body["key"] == key)


# --- Whose it is ----------------------------------------------------------------------------------


def test_anothers_attempt_is_not_there_whatever_one_tries(
    app, session, make, enrolment_id, attempt_id
):
    stranger = sign_in(app.test_client(), make.person("Bintou", language="en"))
    token = {"X-CSRFToken": form_token(stranger)}
    before = dump(session.connection())
    tries = [
        ("GET", f"/learn/{enrolment_id}/test"),
        ("POST", f"/learn/{enrolment_id}/test/attempts"),
        ("GET", f"/attempts/{attempt_id}"),
        ("POST", f"/attempts/{attempt_id}/answers"),
        ("POST", f"/attempts/{attempt_id}/submit"),
        ("GET", f"/attempts/{attempt_id}/review"),
        ("POST", f"/api/v1/enrolments/{enrolment_id}/activities/test/attempts"),
        ("GET", f"/api/v1/attempts/{attempt_id}"),
        ("PUT", f"/api/v1/attempts/{attempt_id}/answers"),
        ("POST", f"/api/v1/attempts/{attempt_id}/submission"),
    ]

    for method, path in tries:
        body: dict[str, Any] = {"data": {"client": "page"}}
        if path.startswith("/api/") and method != "GET":
            body = {"json": {"client": "phone", "saves": [save()]}}
        # A confirmed submission is the shortest way to a grade.
        if path.endswith("/submit"):
            body = {"data": {"confirmed": "1"}}
        missing = re.sub(r"/\d+", f"/{MISSING}", path)
        replies = [
            stranger.open(one, method=method, headers=token, **body) for one in (path, missing)
        ]
        assert [reply.status_code for reply in replies] == [404, 404], path
        # Nobody can tell what there is from what there is not.
        bodies = [re.sub(r"/(attempts|learn)/\d+", "", reply.text) for reply in replies]
        assert bodies[0] == bodies[1], path
    assert dump(session.connection()) == before


def test_nobody_in_particular_is_asked_to_sign_in(app, session, enrolment_id, attempt_id):
    client = app.test_client()

    for path in (f"/attempts/{attempt_id}", f"/attempts/{attempt_id}/review"):
        reply = client.get(path)
        assert (reply.status_code, reply.location) == (
            302, f"/login?next=/attempts/{path.removeprefix('/attempts/')}",
        )  # fmt: skip
    assert client.get(f"/api/v1/attempts/{attempt_id}").status_code == 401
    assert post(client, f"/attempts/{attempt_id}/submit", confirmed="1").status == 401
    assert count(session, Grade) == 0


# --- Pages ----------------------------------------------------------------------------------------


def test_a_script_in_an_answer_is_refused_and_not_shown(session, browser, attempt_id):
    page = post(
        browser, f"/attempts/{attempt_id}/answers", client="page", base_1="0", slot_1=SCRIPT
    )

    assert page.status == 422
    assert SCRIPT not in page.html
    assert "An option that is chosen is not in the question." in page.text
    assert count(session, Answer) == 0


@pytest.mark.parametrize(
    "form",
    [
        {"client": "page", "base_99": "0", "slot_99": "x"},
        {"client": "page", "base_x": "0", "slot_x": "x"},
        {"client": "page", "base_1": "-1"},
        {"client": "page", "base_1": "９"},
        {"client": "page", "base_1": "1" * 10},
        {"client": ""},
        {"client": "c" * 65},
    ],
)
@pytest.mark.parametrize("action", ["answers", "submit"])
def test_a_form_that_is_none_of_ours_is_refused_with_nothing_kept(
    session, browser, attempt_id, form, action
):
    page = post(browser, f"/attempts/{attempt_id}/{action}", confirmed="1", **form)

    assert page.status == 422
    assert (count(session, Answer), count(session, Grade)) == (0, 0)


def test_a_page_left_open_after_submission_is_kept_late_and_says_so(
    session, browser, awa, attempt_id
):
    alpha = slot_of(session, attempt_id, "alpha")
    submit_attempt(session, awa, attempt_id, now=NOW)
    session.commit()

    form = {f"base_{alpha}": "0", f"slot_{alpha}": option_key("alpha", "alpha-yes")}
    post(browser, f"/attempts/{attempt_id}/submit", client="page", confirmed="1", **form)

    page = Page(browser.get(f"/attempts/{attempt_id}/review"), "")
    assert f"was kept, but does not count: questions {alpha}." in page.text
    assert page.title == "Not passed this time"
    answer = session.scalars(select(Answer)).one()
    assert (answer.is_late, answer.is_current) == (True, False)
    assert count(session, Grade) == 1


def test_the_review_opens_only_after_submission(session, browser, awa, attempt_id):
    reply = browser.get(f"/attempts/{attempt_id}/review")
    assert (reply.status_code, reply.location) == (302, f"/attempts/{attempt_id}")
    shown = browser.get(f"/api/v1/attempts/{attempt_id}").json["slots"]
    assert not any(slot.get("review") for slot in shown)

    submit_attempt(session, awa, attempt_id, now=NOW)
    session.commit()

    assert "Because of alpha-yes" in browser.get(f"/attempts/{attempt_id}/review").text
    shown = browser.get(f"/api/v1/attempts/{attempt_id}").json["slots"]
    assert all(slot["review"] for slot in shown)


def test_nothing_that_is_shown_before_submission_tells_a_right_option_from_a_wrong_one(
    browser, enrolment_id, attempt_id
):
    for path in (
        f"/learn/{enrolment_id}",
        f"/learn/{enrolment_id}/test",
        f"/attempts/{attempt_id}",
        f"/api/v1/enrolments/{enrolment_id}",
        f"/api/v1/attempts/{attempt_id}",
        "/api/v1/modules/lists",
    ):
        body = browser.get(path).text
        # Feedback, worth, and the author's own keys.
        for secret in ("Because of", "In short", "fraction", "alpha-yes", "gamma-two", "gamma-no"):
            assert secret not in body.replace("Option alpha-yes", "").replace(
                "Option gamma-two", ""
            ).replace("Option gamma-no", ""), path


def test_when_no_attempt_is_left_the_page_says_so_and_the_button_is_gone(
    session, browser, awa, enrolment_id
):
    for _ in range(2):
        started = start_attempt(session, awa, enrolment_id, "test", language="en", now=NOW)
        submit_attempt(session, awa, started.id, now=NOW)
    session.commit()

    page = Page(browser.get(f"/learn/{enrolment_id}/test"), "")
    assert "All 2 attempts have been used." in page.text
    assert not page.has_button("Try again")
    assert "No attempt is left." in Page(browser.get(f"/learn/{enrolment_id}"), "").text
    refused = post(browser, f"/learn/{enrolment_id}/test/attempts")
    assert (refused.status, count(session, Attempt)) == (409, 2)
    assert "All 2 attempts have been used." in refused.text


def test_what_is_locked_is_not_opened_by_its_address(session, browser, enrolment_id):
    page = Page(browser.get(f"/learn/{enrolment_id}/reading"), "")

    assert page.status == 409
    assert "still locked" in page.text
    assert "Text reading" not in page.html
    assert post(browser, f"/learn/{enrolment_id}/reading/completion").status == 409
    api = f"/api/v1/enrolments/{enrolment_id}/activities/reading"
    assert browser.get(api).status_code == 409
    assert browser.get(f"/learn/{enrolment_id}/nothing").status_code == 404


def test_a_lesson_has_no_attempts_by_its_address(session, make, browser, awa):
    make.modules(MadeModule("readings", activities=(Listed("one"), Listed("two"))))
    enrolment_id = make.enrolment(awa, "readings")
    complete_activity(session, awa, enrolment_id, "one", now=NOW)
    session.commit()

    refused = post(browser, f"/learn/{enrolment_id}/one/attempts")

    assert (refused.status, count(session, Attempt)) == (404, 0)
    assert "This activity is not a quiz." in refused.text


# --- API ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot": "1"}, "saves.0.slot"),
        ({"slot": 0}, "saves.0.slot"),
        ({"slot": 1.5}, "saves.0.slot"),
        ({"slot": 99}, "saves.0.slot"),
        ({"slot": 2**31}, "saves.0.slot"),
        ({"number": 0}, "saves.0.number"),
        ({"number": True}, "saves.0.number"),
        ({"base": -1}, "saves.0.base"),
        ({"base": None}, "saves.0.base"),
        ({"response": None}, "saves.0.response"),
        ({"response": []}, "saves.0.response"),
        ({"response": "x"}, "saves.0.response"),
        ({"response": {"choices": [SCRIPT]}}, "saves.0.response"),
        ({"response": {"choices": [{}]}}, "saves.0.response"),
        ({"response": {"text": "x"}}, "saves.0.response"),
        ({"language": "x" * 17}, "saves.0.language"),
        ({"worth": 1}, "saves.0.worth"),
    ],
)
def test_a_save_that_cannot_be_used_is_named_by_index_and_field(
    session, browser, attempt_id, changes, field
):
    reply = put(browser, attempt_id, [save(**changes)])

    assert (reply.status_code, reply.mimetype) == (422, "application/problem+json")
    assert list(reply.json["fields"]) == [field]
    assert SCRIPT not in reply.text
    assert count(session, Answer) == 0


@pytest.mark.parametrize(
    ("saves", "more", "field"),
    [
        ([], {}, "saves"),
        ({}, {}, "saves"),
        (None, {}, "saves"),
        ([save()] * 201, {}, "saves"),
        ([save()], {"client": ""}, "client"),
        ([save()], {"client": "c" * 65}, "client"),
        ([save()], {"client": 7}, "client"),
        ([save()], {"client": None}, "client"),
    ],
)
def test_a_batch_that_cannot_be_used_is_refused_whole(
    session, browser, attempt_id, saves, more, field
):
    reply = put(browser, attempt_id, saves, **more)

    assert reply.status_code == 422
    assert list(reply.json["fields"]) == [field]
    assert count(session, Answer) == 0


def test_one_bad_save_of_a_batch_keeps_the_good_ones_out_and_the_rest_can_be_sent_again(
    session, browser, attempt_id
):
    good, bad = save(), save(slot=2, response={"choices": ["nothing"]})

    reply = put(browser, attempt_id, [good, bad])
    assert (reply.status_code, list(reply.json["fields"])) == (422, ["saves.1.response"])
    assert count(session, Answer) == 0

    assert put(browser, attempt_id, [good]).status_code == 200
    assert count(session, Answer) == 1


def test_a_number_used_again_is_a_conflict_named_by_its_index_in_the_readers_language(
    session, browser, attempt_id
):
    alpha = slot_of(session, attempt_id, "alpha")
    put(browser, attempt_id, [save(slot=alpha)])
    other = save(slot=alpha, response={"choices": [option_key("alpha", "alpha-no")]})
    browser.set_cookie("language", "fr")

    reply = put(browser, attempt_id, [save(slot=alpha, number=2, base=1), other])

    assert (reply.status_code, reply.mimetype) == (409, "application/problem+json")
    assert list(reply.json["fields"]) == ["saves.1.number"]
    assert "another answer" not in reply.json["fields"]["saves.1.number"]
    assert count(session, Answer) == 1


def test_a_submission_with_saves_names_their_client(session, browser, attempt_id):
    reply = browser.post(
        f"/api/v1/attempts/{attempt_id}/submission",
        json={"saves": [save()]},
        headers={"X-CSRFToken": form_token(browser)},
    )

    assert (reply.status_code, list(reply.json["fields"])) == (422, ["client"])
    assert count(session, Grade) == 0


def test_a_save_remembers_the_language_it_was_typed_in_else_the_attempts(
    session, browser, attempt_id
):
    put(browser, attempt_id, [save(), save(slot=2, language="fr")])

    languages = session.execute(select(Answer.slot, Answer.language)).all()
    assert sorted(map(tuple, languages)) == [(1, "en"), (2, "fr")]


def test_the_name_of_a_client_is_kept_and_never_shown(session, browser, attempt_id):
    assert put(browser, attempt_id, [save()], client=SCRIPT).status_code == 200

    assert list(list_current_answers(session, attempt_id)) == [1]
    page = Page(browser.get(f"/attempts/{attempt_id}"), "")
    assert SCRIPT not in page.html
    assert "alert(1)" not in page.text
    assert "alert(1)" not in browser.get(f"/api/v1/attempts/{attempt_id}").text
