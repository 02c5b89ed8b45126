"""Questions page by page: freely, or without a way back."""

from __future__ import annotations

import pytest

from lms.quizzes.models import Answer
from tests.made_courses import single
from tests.quizzes.sitting import choose

NAMES = ("alpha", "beta", "gamma", "delta", "epsilon")
FREE = {"per_page": 2, "shuffle_questions": False}
SEQUENTIAL = {**FREE, "navigation": "sequential"}
LEFT = "This question’s page was left, and there is no way back to it."


@pytest.fixture
def paged(sit):
    """Begin an attempt of five questions in the order of their names, two on a page."""

    def begin(settings):
        sitting = sit(
            settings,
            questions=[single(name) for name in NAMES],
            draw=[{"question": name} for name in NAMES],
        )
        sitting.start()
        return sitting

    return begin


def shown_on(page) -> list[str]:
    """Return the names of the questions that a page asks."""
    return [name for name in NAMES if f"Question {name}" in page.text]


def buttons_of(page) -> dict[str, str]:
    """Return where each button of a page that goes to another leads."""
    return {
        " ".join("".join(button.itertext()).split()): button.get("value", "")
        for button in page.root.iter("button")
        if button.get("name") == "go"
    }


# --- Freely ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["alpha", "beta"]),
        ("?page=1", ["alpha", "beta"]),
        ("?page=2", ["gamma", "delta"]),
        ("?page=3", ["epsilon"]),
        ("?page=4", ["epsilon"]),
        ("?page=0", ["alpha", "beta"]),
        ("?page=-1", ["alpha", "beta"]),
        ("?page=two", ["alpha", "beta"]),
        (f"?page={10**30}", ["epsilon"]),
    ],
)
def test_who_goes_freely_opens_any_page_by_its_address(paged, query, shown):
    sitting = paged(FREE)

    assert shown_on(sitting.go(sitting.path + query)) == shown


def test_every_page_leads_to_every_question(paged):
    page = paged(FREE)

    found = buttons_of(page.go(f"{page.path}?page=2"))

    assert found == {
        "Question 1": "1", "Question 2": "1", "Question 5": "3", "Previous page": "1",
        "Save and go on": "3",
    }  # fmt: skip
    assert not page.go(f"{page.path}?page=2").has_button("Finish and submit")
    assert page.go(f"{page.path}?page=3").has_button("Finish and submit")


def test_what_was_not_saved_is_saved_on_the_way_to_another_page(paged):
    sitting = paged(FREE)

    reply = sitting.send_page({"alpha": choose("alpha", "no"), "beta": {}}, go=3)

    assert (reply.status_code, reply.location) == (302, f"{sitting.path}?page=3")
    assert sitting.answers() == {"alpha": choose("alpha", "no")}
    assert "checked" in sitting.go().html


def test_saving_stays_on_the_page(paged):
    sitting = paged(FREE)

    reply = sitting.send_page({"gamma": choose("gamma", "no")}, query="?page=2")

    assert reply.location == f"{sitting.path}?page=2"
    assert "Your answers are saved." in sitting.go(reply.location).text


def test_by_the_api_all_questions_are_there_and_may_be_answered_in_any_order(paged):
    sitting = paged(FREE)

    shown = sitting.show()
    assert [(slot["slot"], slot["page"]) for slot in shown["slots"]] == [
        (1, 1), (2, 1), (3, 2), (4, 2), (5, 3),
    ]  # fmt: skip
    assert (shown["page"], shown["pages"]) == (1, 3)
    for name in reversed(NAMES):
        assert sitting.save(name, choose(name, "yes"))["current"]
    assert sitting.turn(3).json == {"page": 3}
    assert sitting.turn(9).json == {"page": 3}
    assert sitting.submit().json["score"] == 1


def test_the_last_look_leads_back_to_the_page_of_each_unanswered_question(paged):
    sitting = paged(FREE)

    page = sitting.post(f"{sitting.path}/submit", {}).text

    for number, at in ((1, ""), (2, ""), (3, "?page=2"), (4, "?page=2"), (5, "?page=3")):
        assert f'href="{sitting.path}{at}#q{number}"' in page


# --- Without a way back ---------------------------------------------------------------------------


def test_no_page_is_skipped_and_none_comes_back(paged):
    sitting = paged(SEQUENTIAL)

    found = [sitting.turn(page).json["page"] for page in (1, 3, 2, 1, 2, 3, 1, 9)]

    assert found == [1, 1, 2, 2, 2, 3, 3, 3]
    assert sitting.show()["page"] == 3


def test_a_form_turns_pages_as_the_api_does_and_its_answers_are_saved_first(paged):
    sitting = paged(SEQUENTIAL)
    assert sitting.send_page({"alpha": choose("alpha", "no")}, go=3).location == sitting.path
    assert shown_on(sitting.go()) == ["alpha", "beta"]

    reply = sitting.send_page({"alpha": choose("alpha", "yes")}, bases={"alpha": 1}, go=2)

    assert reply.location == f"{sitting.path}?page=2"
    assert sitting.answers() == {"alpha": choose("alpha", "yes")}
    # Whatever the address says.
    for query in ("", "?page=1", "?page=3"):
        assert shown_on(sitting.go(sitting.path + query)) == ["gamma", "delta"]
    found = buttons_of(sitting.go())
    assert found == {"Save and go on": "3"}


def test_questions_on_pages_that_were_not_reached_are_not_told(paged):
    sitting = paged(SEQUENTIAL)
    assert [slot["slot"] for slot in sitting.show()["slots"]] == [1, 2]
    assert "Question gamma" not in sitting.api("GET", sitting.path).text

    sitting.turn(2)

    assert [slot["slot"] for slot in sitting.show()["slots"]] == [1, 2, 3, 4]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_is_saved_ahead_and_the_save_is_named_by_its_index(paged, language):
    sitting = paged(SEQUENTIAL)
    good, ahead = (sitting.as_save(name, choose(name, "no")) for name in ("alpha", "gamma"))

    reply = sitting.send(good, ahead, language=language)

    assert (reply.status_code, reply.mimetype) == (422, "application/problem+json")
    text = "Question %(number)s stands on a page that was not reached yet."
    assert reply.json["fields"] == {"saves.1.slot": sitting.say(text, language, number=3)}
    assert sitting.kept() == 0
    assert sitting.send_page({"gamma": choose("gamma", "no")}).status_code == 422
    assert sitting.submit(ahead).status_code == 422
    assert sitting.kept() == 0
    assert sitting.attempt().submitted_at is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_comes_for_a_page_that_was_left_is_kept_does_not_count_and_says_why(paged, language):
    sitting = paged(SEQUENTIAL)
    sitting.save("alpha", choose("alpha", "no"))
    sitting.turn(2)

    receipt = sitting.save("alpha", choose("alpha", "yes"), base=1, language=language)

    assert (receipt["current"], receipt["late"]) == (False, False)
    assert receipt["problem"] == sitting.say(LEFT, language)
    assert sitting.answers() == {"alpha": choose("alpha", "no")}
    assert sitting.kept() == 2
    # There is nothing left to choose, either.
    assert sitting.show_slot("alpha")["rival"] is None


def test_a_page_that_is_sent_after_it_was_left_says_that_it_was_final(paged, session):
    sitting = paged(SEQUENTIAL)
    sitting.turn(2)

    sitting.send_page({"alpha": choose("alpha", "yes")})

    assert "The answers to these questions were final already." in sitting.go().text
    (kept,) = session.query(Answer).all()
    assert (kept.is_current, kept.is_late, kept.problem["text"]) == (False, False, LEFT)


def test_a_page_that_was_left_in_another_tab_loses_nothing_when_its_question_is_checked(paged):
    sitting = paged({**SEQUENTIAL, "feedback": "immediate"})
    sitting.turn(2)
    assert sitting.check("alpha").status_code == 409
    assert sitting.check("alpha").json["detail"] == LEFT

    reply = sitting.send_page({"alpha": choose("alpha", "yes")}, check=1)

    assert reply.status_code == 302
    assert LEFT in sitting.go().text
    assert sitting.kept() == 1


def test_a_question_ahead_cannot_be_checked(paged):
    sitting = paged({**SEQUENTIAL, "feedback": "immediate"})

    assert sitting.check("gamma").status_code == 422


def test_the_last_look_leads_back_to_no_question(paged):
    sitting = paged(SEQUENTIAL)

    page = sitting.post(f"{sitting.path}/submit", {}).text

    assert "#q1" not in page
    assert "5 questions have no answer yet" in page


def test_after_the_submission_a_page_turned_changes_nothing(paged):
    sitting = paged(SEQUENTIAL)
    sitting.submit()

    assert sitting.turn(2).status_code == 200
    assert sitting.attempt().page == 1


def test_the_quiz_and_its_pages_say_that_there_is_no_way_back(paged):
    sitting = paged(SEQUENTIAL)

    assert "Once you go on, there is no way back to this page." in sitting.go().text
    sitting.submit()
    before = sitting.go(f"/learn/{sitting.enrolment_id}/test").text
    assert "there is no way back to a page" in before


@pytest.mark.parametrize("page", [0, -1, True, "2", 2.5, None, 2**31, []])
def test_a_page_that_is_no_number_is_refused(paged, page):
    sitting = paged(SEQUENTIAL)

    reply = sitting.turn(page)

    assert (reply.status_code, list(reply.json["fields"])) == (422, ["page"])
    assert sitting.attempt().page == 1


@pytest.mark.parametrize("go", ["0", "-1", "x", "２", "1" * 10])
def test_a_button_that_is_none_of_ours_turns_no_page(paged, go):
    sitting = paged(SEQUENTIAL)

    reply = sitting.send_page({"alpha": choose("alpha", "yes")}, go=go)

    # Zero is a number, and leads nowhere.
    assert reply.status_code == (302 if go == "0" else 422)
    assert sitting.attempt().page == 1
    assert sitting.kept() == (1 if go == "0" else 0)
