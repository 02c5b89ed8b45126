"""A page of answers whose session had ended: signed in again, its learner has lost nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.quizzes.models import Answer
from tests.factories import PASSWORD, form_token, sign_in
from tests.made_courses import number, single
from tests.quizzes.sitting import choose
from tests.visitor import Page, list_values

NO, YES = choose("alpha", "no"), choose("alpha", "yes")
SECRET = "15000000"
ASIDE = "This came from another session and was set aside."


class OpenPage:
    """A browser that shows a page of answers, and whose session has ended."""

    def __init__(self, sitting, language="en"):
        self.sitting = sitting
        form = sitting.go(language=language).root.find(".//form[@id='answers']")
        self.values = dict(list_values(form))
        self.browser = sitting.app.test_client()
        self.browser.set_cookie("language", language)

    def send(self, answers, at="answers", **more):
        """Send the page as it was served with those answers, and return what comes."""
        filled = {
            f"slot-{self.sitting.slot(key)}.{path}": value
            for key, values in answers.items()
            for path, value in values.items()
        }
        path = f"{self.sitting.path}/{at}"
        return Page(self.browser.post(path, data={**self.values, **filled, **more}), path)

    def sign_in(self, page, actor):
        """Fill in the sign-in that came, and return where it leads."""
        form = next(one for one in page.root.iter("form") if one.get("action") == "/login")
        login = self.sitting.make.session.scalars(
            select(Person.login).where(Person.id == actor.person_id)
        ).one()
        values = dict(list_values(form)) | {"login": login, "password": PASSWORD}
        return self.browser.post("/login", data=values)

    def go(self, path):
        return Page(self.browser.get(path, follow_redirects=True), path)


@pytest.fixture
def sitting(sit):
    sitting = sit({"time_limit": 60}, questions=[number("many"), single("alpha")], draw=2)
    sitting.start()
    return sitting


@pytest.fixture
def bintou(make):
    return make.person("Bintou", language="en")


# --- The same person ------------------------------------------------------------------------------


def test_who_signs_in_again_finds_the_answers_saved(sitting):
    opened = OpenPage(sitting)

    asked = opened.send({"alpha": NO, "many": {"value": SECRET}})

    assert asked.status == 401
    assert SECRET not in asked.html
    assert sitting.kept() == 0
    reply = opened.sign_in(asked, sitting.actor)
    assert (reply.status_code, reply.location) == (302, sitting.path)
    assert sitting.answers() == {"alpha": NO, "many": {"value": SECRET, "unit": ""}}
    page = opened.go(sitting.path)
    assert "Your answers are saved." in page.text
    assert f'value="{SECRET}"' in page.html


def test_a_page_whose_session_began_anew_elsewhere_is_carried_too(sitting):
    opened = OpenPage(sitting)
    # The same person, with another session: the page's token fits it no more.
    opened.browser = sitting.browser
    form_token(sitting.browser)
    opened.values["csrf_token"] = "of a session that is no more"

    asked = opened.send({"alpha": NO})

    assert asked.status == 401
    opened.sign_in(asked, sitting.actor)
    assert sitting.answers() == {"alpha": NO}


def test_pressed_submit_nothing_is_submitted_without_another_look(sitting):
    opened = OpenPage(sitting)

    asked = opened.send({"alpha": YES}, at="submit", confirmed="1")
    opened.sign_in(asked, sitting.actor)

    assert sitting.attempt().submitted_at is None
    assert sitting.answers() == {"alpha": YES}


def test_sent_twice_it_is_saved_once(sitting):
    opened = OpenPage(sitting)
    asked = opened.send({"alpha": NO})

    opened.sign_in(asked, sitting.actor)
    opened.browser = sitting.app.test_client()
    opened.sign_in(opened.send({"alpha": NO}), sitting.actor)

    assert sitting.kept() == 1


def test_what_another_device_answered_meanwhile_is_not_undone(sitting):
    opened = OpenPage(sitting)
    sitting.save("alpha", YES)

    opened.sign_in(opened.send({"alpha": NO}), sitting.actor)

    assert sitting.answers() == {"alpha": YES}
    page = opened.go(sitting.path)
    assert "Another device had answered meanwhile" in page.text
    assert "Two answers to this question" in page.text


def test_after_the_deadline_it_is_kept_late_and_closes_the_attempt(sitting, clock):
    opened = OpenPage(sitting)
    asked = opened.send({"alpha": YES})
    clock.set(minutes=61)

    opened.sign_in(asked, sitting.actor)

    assert sitting.attempt().is_timed_out
    assert sitting.answers() == {}
    page = opened.go(sitting.path)
    assert "This came after the end of the attempt." in page.text
    assert sitting.kept() == 1


def test_it_is_saved_in_the_language_in_which_the_page_was_written(sitting, session):
    opened = OpenPage(sitting, language="fr")
    asked = opened.send({"many": {"value": "1,5"}})
    opened.browser.set_cookie("language", "en")

    opened.sign_in(asked, sitting.actor)

    assert session.scalars(select(Answer.language)).all() == ["fr"]


# --- Another person -------------------------------------------------------------------------------


def test_who_signs_in_instead_sees_nothing_and_the_owner_finds_both_answers(sitting, bintou):
    sitting.save("alpha", YES)
    opened = OpenPage(sitting)

    asked = opened.send({"alpha": NO, "many": {"value": SECRET}})
    reply = opened.sign_in(asked, bintou)

    assert SECRET not in asked.html + reply.text
    landed = opened.go(reply.location)
    assert "What was written on this page belongs to another person." in landed.text
    assert SECRET not in landed.html
    assert opened.go(sitting.path).status == 404
    # Nothing counts until its owner says so.
    assert sitting.answers() == {"alpha": YES}
    page = sitting.go()
    assert page.text.count("Two answers to this question") == 2
    assert "The one that counts now: Option alpha-yes" in page.text
    assert f"UTC: {SECRET}" in page.text
    slot = sitting.slot("many")
    sitting.send_page({}, client="tab", choose=f"{slot}:1")
    assert sitting.answers()["many"] == {"value": SECRET, "unit": ""}


def test_what_is_set_aside_says_so_in_the_record(sitting, bintou, session):
    opened = OpenPage(sitting)
    opened.sign_in(opened.send({"alpha": NO}), bintou)

    (kept,) = session.scalars(select(Answer)).all()
    assert (kept.is_current, kept.is_late, kept.problem["text"]) == (False, False, ASIDE)


def test_what_came_from_the_page_that_counts_is_shown_as_the_other_answer_too(sitting, bintou):
    opened = OpenPage(sitting)
    client = opened.values["client"]
    sitting.save("alpha", YES, client=client)

    # The same page, sent from the browser's memory.
    opened.sign_in(opened.send({"alpha": NO}), bintou)

    assert sitting.answers() == {"alpha": YES}
    assert sitting.show_slot("alpha")["rival"]["answer"] == "Option alpha-no"


def test_set_aside_twice_it_is_kept_once(sitting, bintou):
    opened = OpenPage(sitting)

    for _ in range(2):
        opened.browser = sitting.app.test_client()
        opened.sign_in(opened.send({"alpha": NO}), bintou)

    assert sitting.kept() == 1


def test_set_aside_first_and_signed_in_by_its_owner_after_all_it_counts(sitting, bintou):
    opened = OpenPage(sitting)

    for actor in (bintou, sitting.actor):
        opened.browser = sitting.app.test_client()
        opened.sign_in(opened.send({"alpha": NO}), actor)

    assert sitting.answers() == {"alpha": NO}
    assert sitting.show_slot("alpha")["rival"] is None


def test_somebody_else_who_is_signed_in_already_is_asked_whose_page_it_is(sitting, bintou, app):
    opened = OpenPage(sitting)
    opened.browser = sign_in(app.test_client(), bintou)

    asked = opened.send({"alpha": NO})

    assert asked.status == 409
    assert sitting.kept() == 0
    opened.sign_in(asked, sitting.actor)
    assert sitting.answers() == {"alpha": NO}


# --- What cannot be used --------------------------------------------------------------------------


def test_a_trainer_who_looks_at_the_page_holds_no_ticket(sitting):
    assert "carried_ticket" not in sitting.as_trainer().go().html
    assert "carried_ticket" in sitting.go().html


@pytest.mark.parametrize("field", ["base-99", "base-1"])
def test_a_form_that_was_tampered_with_is_refused_after_the_sign_in_with_nothing_kept(
    sitting, field
):
    opened = OpenPage(sitting)
    asked = opened.send({"alpha": NO}, **{field: "x" if field == "base-1" else "0"})

    reply = opened.sign_in(asked, sitting.actor)

    assert reply.status_code == 422
    assert sitting.kept() == 0
