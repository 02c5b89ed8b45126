"""Learning by pages and API: the dashboard, the module page, the lesson, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import func, select

from lms.core.permissions import Role
from lms.learning import record_result
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment, Result
from tests.conftest import NOW
from tests.factories import form_token, sign_in
from tests.made_courses import Listed, MadeModule, both
from tests.visitor import Page, dump

MODULE = MadeModule(
    activities=(Listed("one"), Listed("test", "quiz", after=("one",)), Listed("extra")),
    title=both("Voter lists"),
)


@pytest.fixture
def awa(make):
    make.modules(MODULE)
    return make.person(language="en")


@pytest.fixture
def enrolment_id(make, awa):
    return make.enrolment(awa, "lists")


@pytest.fixture
def browser(client, awa):
    return sign_in(client, awa)


def read(browser, path: str) -> Page:
    return Page(browser.get(path), path)


def post(browser, path: str):
    return browser.post(path, data={"csrf_token": form_token(browser)})


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def test_enrolling_leads_to_the_module_and_a_second_time_without_a_word(session, browser):
    replies = [post(browser, "/catalogue/lists/enrol") for _ in range(2)]

    (enrolment_id,) = session.scalars(select(Enrolment.id))
    assert [reply.location for reply in replies] == [f"/learn/{enrolment_id}"] * 2
    page = read(browser, f"/learn/{enrolment_id}")
    assert page.text.count("You are enrolled. Good reading!") == 1
    assert page.title == "Voter lists"


def test_what_comes_first_is_named_and_enrolling_refused_until_then(session, make, browser, awa):
    make.modules(MadeModule("next", activities=(Listed("one"),), prerequisites=("lists",)))

    page = read(browser, "/catalogue/next")
    assert "Voter lists" in page.text
    assert not page.has_button("Enrol")
    refused = post(browser, "/catalogue/next/enrol")

    assert refused.status_code == 409
    assert "Complete these modules first: Voter lists." in refused.text
    assert count(session, Enrolment) == 0


def test_the_module_page_tells_states_scores_locks_and_attempts(
    session, browser, awa, enrolment_id
):
    page = read(browser, f"/learn/{enrolment_id}")
    assert "Opens after: Lesson one" in page.text
    assert "2 attempts are left." in page.text
    assert "0 of 3 done" in page.text
    assert page.find_link("Start") == f"/learn/{enrolment_id}/one"

    complete_activity(session, awa, enrolment_id, "one", now=NOW)
    record_result(session, enrolment_id, "test", passed=False, score=Fraction(1, 2), now=NOW)
    session.commit()

    page = read(browser, f"/learn/{enrolment_id}")
    assert "Score: 50%" in page.text
    assert "Not passed" in page.text
    assert "1 of 3 done" in page.text
    # What failed comes first again.
    assert page.find_link("Resume") == f"/learn/{enrolment_id}/test"


def test_the_dashboard_leads_on_to_what_is_next(session, browser, awa, enrolment_id):
    page = read(browser, "/my")
    assert "0 of 3 done" in page.text
    complete_activity(session, awa, enrolment_id, "one", now=NOW)
    session.commit()

    reply = browser.get(read(browser, "/my").find_link("Resume"))

    assert reply.location == f"/learn/{enrolment_id}/test"


def test_the_dashboard_of_somebody_new_shows_the_way_to_the_modules(browser):
    page = read(browser, "/my")

    assert "You have not enrolled in a module yet" in page.text
    assert page.find_link("See the modules") == "/catalogue"


def test_a_lesson_is_read_in_ones_language_with_its_neighbours(session, browser, enrolment_id):
    page = read(browser, f"/learn/{enrolment_id}/one")

    assert page.title == "Lesson one"
    assert "Text one." in page.text
    # What is locked is not led to.
    assert f"/learn/{enrolment_id}/test" not in page.html
    assert read(browser, f"/learn/{enrolment_id}/one?lang=fr").title == "Lesson one (fr)"
    assert count(session, Result) == 0


def test_a_lesson_that_one_has_read_leads_on_to_what_it_opened(browser, enrolment_id):
    reply = post(browser, f"/learn/{enrolment_id}/one/completion")

    assert reply.location == f"/learn/{enrolment_id}/test"
    assert "Noted: you have read “Lesson one”." in read(browser, reply.location).text


def test_a_quiz_is_not_completed_by_a_post(session, browser, awa, enrolment_id):
    complete_activity(session, awa, enrolment_id, "one", now=NOW)
    session.commit()

    refused = post(browser, f"/learn/{enrolment_id}/test/completion")

    assert refused.status_code == 409
    assert "completed by its result" in refused.text
    assert count(session, Result) == 1


def test_anothers_enrolment_is_not_there_whatever_one_tries(app, session, make, enrolment_id):
    stranger = sign_in(app.test_client(), make.person("Bintou", language="en"))
    token = {"X-CSRFToken": form_token(stranger)}
    before = dump(session.connection())

    for method, path in (
        ("GET", ""),
        ("GET", "/resume"),
        ("GET", "/one"),
        ("GET", "/nothing"),
        ("POST", "/one/completion"),
    ):
        for enrolment in (enrolment_id, 2**31 - 1):
            reply = stranger.open(f"/learn/{enrolment}{path}", method=method, headers=token)
            assert reply.status_code == 404, path
    for method, path in (
        ("GET", ""),
        ("GET", "/activities/one"),
        ("POST", "/activities/one/completion"),
    ):
        api = f"/api/v1/enrolments/{enrolment_id}{path}"
        assert stranger.open(api, method=method, headers=token).status_code == 404, path
    assert dump(session.connection()) == before


def test_a_trainer_reads_the_page_but_does_not_press_its_buttons(app, session, make, enrolment_id):
    trainer = sign_in(app.test_client(), make.person(roles=(Role.TRAINER,), language="en"))

    assert read(trainer, f"/learn/{enrolment_id}").title == "Voter lists"
    refused = post(trainer, f"/learn/{enrolment_id}/one/completion")
    assert refused.status_code == 403
    assert "Only the learner can do this." in refused.text
    assert count(session, Result) == 0


def test_an_edition_or_a_module_that_is_not_there_is_told_by_the_api(session, browser):
    headers = {"X-CSRFToken": form_token(browser)}

    for body, status in (
        ({"module": "lists", "edition": "spring"}, 404),
        ({"module": "nothing"}, 404),
        ({}, 422),
        ({"module": 7}, 422),
        ({"module": "m" * 65}, 422),
        ({"module": "lists", "person": 1}, 422),
    ):
        reply = browser.post("/api/v1/enrolments", json=body, headers=headers)
        assert (reply.status_code, reply.mimetype) == (status, "application/problem+json"), body
    assert count(session, Enrolment) == 0


def test_enrolments_are_listed_newest_first_page_by_page(make, browser, awa):
    make.modules(*(MadeModule(f"m{number}", activities=(Listed("one"),)) for number in range(3)))
    ids = [make.enrolment(awa, f"m{number}") for number in range(3)]

    first = browser.get("/api/v1/enrolments?limit=2").json
    second = browser.get("/api/v1/enrolments", query_string={"cursor": first["next"]}).json

    assert [item["id"] for item in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
