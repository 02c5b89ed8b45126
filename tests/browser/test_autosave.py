"""Answers are saved while they are given, and none is lost, overwritten or shown to somebody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from lms.quizzes.commands import submit_attempt
from lms.quizzes.queries import list_current_answers
from tests.browser.conftest import ARGUMENTS
from tests.browser.product import Product
from tests.browser.sitting import (
    ONE_QUIZ,
    SAVING,
    TWO_SECONDS,
    Room,
    Sitting,
    choose,
    come_back,
    cut,
    is_save,
    option,
    saving,
    status,
    unplug,
    unsent,
)
from tests.browser.world import begin_attempt
from tests.made_courses import MadeModule, number, several, single

pytestmark = pytest.mark.browser


@pytest.fixture
def sitting(room: Room) -> Sitting:
    return room.seat()


def test_an_answer_is_saved_within_two_seconds_without_a_button(sitting: Sitting) -> None:
    page = sitting.open()
    expect(status(page)).to_have_text(
        sitting.say("Press Save to keep your answers before you leave the page.")
    )
    with saving(page, within=TWO_SECONDS):
        chosen = choose(page, 1, 2)

    sitting.expect_saved(page)
    # Where the learner is, not below the last question.
    expect(status(page)).to_be_in_viewport(ratio=1)
    assert sitting.saved() == {1: chosen}


def test_the_last_of_many_quick_changes_is_what_counts(sitting: Sitting) -> None:
    page = sitting.open()
    under_way = [0, 0]

    def begin(request: Request) -> None:
        if request.method == "PUT":
            under_way[0] += 1
            under_way[1] = max(under_way)

    def end(request: Request) -> None:
        if request.method == "PUT":
            under_way[0] -= 1

    page.on("request", begin)
    page.on("requestfinished", end)
    for place in (0, 1, 2, 3, 1):
        first = choose(page, 1, place)
        with saving(page):
            second = choose(page, 2, place)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: first, 2: second}
    assert under_way[1] == 1, "two requests at once could overtake each other"


def test_a_reload_shows_what_was_saved(sitting: Sitting) -> None:
    page = sitting.open()
    with saving(page):
        choose(page, 3, 1)
    sitting.expect_saved(page)
    page.reload()

    expect(option(page, 3, 1)).to_be_checked()
    expect(page.locator("main input:checked")).to_have_count(1)


def test_without_a_network_answers_stay_on_the_device_and_are_sent_when_it_is_back(
    sitting: Sitting,
) -> None:
    page = sitting.open()
    sitting.context.set_offline(True)
    first = choose(page, 1, 0)
    second = choose(page, 2, 3)
    sitting.expect_waiting(page, 2)
    assert len(unsent(page)) == 1
    assert sitting.saved() == {}

    with saving(page):
        sitting.context.set_offline(False)
    sitting.expect_saved(page)
    assert sitting.saved() == {1: first, 2: second}
    assert unsent(page) == []


def test_answers_that_could_not_be_sent_survive_a_closed_tab(sitting: Sitting) -> None:
    page = sitting.open()
    unplug(page)
    chosen = choose(page, 2, 1)
    sitting.expect_waiting(page, 1)
    page.close()
    assert sitting.saved() == {}

    cut(sitting.context)
    page = sitting.open()
    expect(option(page, 2, 1)).to_be_checked()
    sitting.expect_waiting(page, 1)
    sitting.context.unroute(SAVING)
    with saving(page):
        come_back(page)
    sitting.expect_saved(page)
    assert sitting.saved() == {2: chosen}
    assert unsent(page) == []


def test_a_page_shown_again_by_the_back_button_has_the_answers_and_goes_on_saving(
    sitting: Sitting,
) -> None:
    page = sitting.open()
    with saving(page):
        first = choose(page, 1, 2)
    sitting.expect_saved(page)
    page.goto("/my")
    page.go_back()

    expect(option(page, 1, 2)).to_be_checked()
    with saving(page):
        second = choose(page, 2, 0)
    sitting.expect_saved(page)
    assert sitting.saved() == {1: first, 2: second}


def test_finishing_after_the_back_button_loses_no_answer(sitting: Sitting) -> None:
    page = sitting.open()
    with saving(page):
        chosen = choose(page, 1, 2)
    sitting.expect_saved(page)
    page.goto("/my")
    page.go_back()
    page.get_by_role("button", name=sitting.say("Finish and submit")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(sitting.say("Submit this attempt?"))
    assert sitting.saved() == {1: chosen}


def test_a_page_that_a_cache_shows_again_under_its_old_name_goes_on_saving(
    sitting: Sitting,
) -> None:
    page = sitting.context.new_page()
    shown = page.goto(f"/attempts/{sitting.attempt_id}")
    assert shown is not None
    kept = shown.text()
    with saving(page):
        choose(page, 1, 2)
    sitting.expect_saved(page)
    page.route("**/attempts/*", lambda route: route.fulfill(body=kept, content_type="text/html"))
    page.reload()
    with saving(page):
        second = choose(page, 1, 0)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: second}


def test_without_a_script_saving_after_the_back_button_loses_no_answer(room: Room) -> None:
    sitting = room.seat(java_script_enabled=False)
    page = sitting.open()
    chosen = choose(page, 1, 2)
    sitting.button(page, "Save").click()
    expect(page.get_by_text(sitting.say("Your answers are saved."))).to_be_visible()
    page.go_back()
    sitting.button(page, "Save").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert sitting.saved() == {1: chosen}


def test_the_buttons_wait_for_the_save_that_is_under_way(sitting: Sitting) -> None:
    page = sitting.open()
    held: list[Route] = []
    sitting.context.route(SAVING, lambda route: held.append(route))
    posts: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posts.append(request.url)

    page.on("request", note)
    with page.expect_request(SAVING):
        chosen = choose(page, 1, 0)
    finish = page.get_by_role("button", name=sitting.say("Finish and submit"))
    finish.click()
    assert posts == []
    with page.expect_navigation():
        held[0].continue_()

    assert [url.rsplit("/", 1)[1] for url in posts] == ["submit"]
    assert sitting.saved() == {1: chosen}


def test_a_save_that_is_stuck_does_not_hold_up_the_buttons_for_ever(sitting: Sitting) -> None:
    page = sitting.open()
    sitting.context.route(SAVING, lambda route: None)
    with page.expect_request(SAVING):
        chosen = choose(page, 1, 0)
    with page.expect_navigation():
        page.get_by_role("button", name=sitting.say("Save"), exact=True).click()

    assert sitting.saved() == {1: chosen}


def test_a_closed_attempt_says_that_nothing_can_be_saved(sitting: Sitting) -> None:
    page = sitting.open()
    with sitting.product.making() as make:
        submit_attempt(make.session, sitting.learner, sitting.attempt_id, now=make.now)
    with saving(page):
        choose(page, 1, 0)

    expect(status(page)).to_have_text(
        sitting.say(
            "This attempt has ended, so nothing more can be saved. Reload the page to see the result."
        )
    )
    assert sitting.saved() == {}


def test_a_browser_without_storage_saves_all_the_same(sitting: Sitting) -> None:
    sitting.context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no storage') }})"
    )
    faults: list[str] = []
    page = sitting.context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"/attempts/{sitting.attempt_id}")
    with saving(page):
        chosen = choose(page, 1, 0)
    sitting.expect_saved(page)

    assert sitting.saved() == {1: chosen}
    assert faults == []


def test_after_signing_out_the_back_button_shows_nothing(
    product: Product, browser: Browser, chromium: str
) -> None:
    learner = product.register("sitter-leaves", "Oumou Sangaré")
    attempt_id = begin_attempt(product, learner)
    # Playwright switches off what a reader's browser does: keep a page whole for the back button.
    with browser.browser_type.launch(
        executable_path=chromium,
        args=list(ARGUMENTS),
        ignore_default_args=["--disable-back-forward-cache"],
    ) as careful:
        context = careful.new_context(base_url=product.address, locale="fr-FR")
        product.sign_in(context, learner)
        page = context.new_page()
        page.goto(f"/attempts/{attempt_id}")
        with saving(page):
            choose(page, 1, 0)
        page.locator(".account summary").click()
        page.get_by_role("button", name=product.say("fr", "Sign out")).click()
        expect(page.get_by_text(product.say("fr", "You are signed out."))).to_be_visible()
        page.evaluate("history.back()")

        expect(page.get_by_role("heading", level=1)).to_have_text(product.say("fr", "Sign in"))
        expect(page.get_by_text("Oumou Sangaré")).to_have_count(0)


# --- Numbers, pages and languages -----------------------------------------------------------------

FORM = MadeModule(
    "form",
    activities=ONE_QUIZ,
    questions=(number("gamma"), single("alpha"), several("beta"), single("delta")),
    draw=[{"question": key} for key in ("gamma", "alpha", "beta", "delta")],
    settings={"shuffle_questions": False, "per_page": 2},
)


def test_a_number_that_can_be_read_in_two_ways_is_told_at_its_question_until_it_is_mended(
    room: Room,
) -> None:
    sitting = room.seat(FORM)
    page = sitting.open()
    field = page.locator("#q1").get_by_role("textbox")
    problem = page.locator("#q1 [data-problem]")
    with saving(page):
        field.fill("1.234")

    expect(problem).to_have_text(
        sitting.say(
            "This number can be read as %(first)s or as %(second)s. Write the one that you mean.",
            first="1,234",
            second="1234",
        )
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(problem.inner_text())
    assert sitting.responses()[1]["value"] == "1.234"
    page.reload()
    expect(field).to_have_attribute("aria-invalid", "true")
    with saving(page):
        field.fill("1234")
    expect(problem).to_be_empty()
    expect(field).to_have_attribute("aria-invalid", "false")
    assert sitting.responses()[1]["value"] == "1234"


def test_enter_in_a_text_saves_and_submits_nothing(room: Room) -> None:
    sitting = room.seat(FORM)
    page = sitting.open()
    page.locator("#q1").get_by_role("textbox").fill("1500")
    page.keyboard.press("Enter")

    expect(page.get_by_text(sitting.say("Your answers are saved."))).to_be_visible()
    assert sitting.responses() == {1: {"value": "1500", "unit": ""}}
    expect(page.locator("#q1").get_by_role("textbox")).to_have_value("1500")


def test_what_waits_is_sent_from_another_page_of_the_questions(room: Room) -> None:
    sitting = room.seat(FORM)
    page = sitting.open()
    unplug(page)
    chosen = choose(page, 2, 1)
    sitting.expect_waiting(page, 1)
    page.close()
    page = sitting.context.new_page()
    with saving(page):
        page.goto(f"/attempts/{sitting.attempt_id}?page=2")

    sitting.expect_saved(page)
    assert sitting.saved() == {2: chosen}
    assert unsent(page) == []


def test_a_button_beside_the_form_waits_for_the_save_and_leads_to_its_question(
    room: Room,
) -> None:
    sitting = room.seat(FORM)
    page = sitting.open()
    held: list[Route] = []
    sitting.context.route(SAVING, lambda route: held.append(route))
    with page.expect_request(SAVING):
        chosen = choose(page, 2, 0)
    page.get_by_role("navigation", name=sitting.say("Questions")).get_by_role(
        "button", name="4"
    ).click()
    assert "page" not in page.url
    with page.expect_navigation(url="**/attempts/*?page=2#q4"):
        held[0].continue_()

    assert sitting.saved() == {2: chosen}
    expect(option(page, 4, 0)).to_be_in_viewport()


def test_what_was_typed_a_moment_before_a_page_was_left_for_good_counts_and_alarms_nobody(
    room: Room,
) -> None:
    sitting = room.seat(
        FORM.with_(slug="forward", settings={**FORM.settings, "navigation": "sequential"})
    )
    page = sitting.open()
    field = page.locator("#q1").get_by_role("textbox")
    field.press_sequentially("1500")
    with page.expect_event("response", is_save):
        sitting.button(page, "Save and go on").click()

    expect(page.locator("#q3")).to_be_visible()
    sitting.expect_saved(page)
    expect(status(page)).not_to_contain_text("·")
    assert sitting.responses() == {1: {"value": "1500", "unit": ""}}


def test_the_switch_of_languages_shows_the_paired_text_and_each_answer_keeps_its_own(
    room: Room,
) -> None:
    sitting = room.seat(FORM)
    page = sitting.open()
    with saving(page):
        page.locator("#q1").get_by_role("textbox").fill("1500")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#q2 .prompt")).to_have_text("Question alpha")
    expect(page.locator("#q1").get_by_role("textbox")).to_have_value("1500")
    with saving(page):
        choose(page, 2, 1)

    with sitting.product.reading() as session:
        answers = list_current_answers(session, sitting.attempt_id)
    assert {slot: answer.language for slot, answer in answers.items()} == {1: "fr", 2: "en"}
