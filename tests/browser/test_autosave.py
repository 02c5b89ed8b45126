"""Answers are saved while they are given, and none is lost, overwritten or shown to somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Response,
    Route,
    expect,
)

from lms.core.permissions import Actor
from lms.quizzes.commands import submit_attempt
from lms.quizzes.queries import list_current_answers
from tests.browser.conftest import ARGUMENTS
from tests.browser.places import PHONE
from tests.browser.product import Product
from tests.browser.world import answer, begin_attempt

pytestmark = pytest.mark.browser

# What the learner is promised: saved within two seconds of a choice.
TWO_SECONDS = 2000
SAVING = "**/api/v1/attempts/*/answers"
numbers = count(1)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A learner at a device, with an attempt open and no answer yet."""

    product: Product
    learner: Actor
    attempt_id: int
    context: BrowserContext

    def open(self) -> Page:
        """Open the attempt in a tab of its own."""
        page = self.context.new_page()
        page.goto(f"/attempts/{self.attempt_id}")
        return page

    def say(self, message: str, **values: object) -> str:
        return self.product.say("fr", message, **values)

    def saved(self) -> dict[int, list[str]]:
        """Return the current answers as the database has them."""
        with self.product.reading() as session:
            answers = list_current_answers(session, self.attempt_id)
        return {slot: list(answer.response["choices"]) for slot, answer in answers.items()}

    def expect_saved(self, page: Page) -> None:
        start = self.say("Saved at %(time)s", time="").strip()
        expect(page.get_by_role("status")).to_contain_text(start)

    def expect_waiting(self, page: Page, number: int) -> None:
        words = self.say(
            "Waiting for the network. Answers kept on this device: %(count)s", count=number
        )
        expect(page.get_by_role("status")).to_have_text(words)


@pytest.fixture
def sit(product: Product, browser: Browser) -> Iterator[Callable[[], Sitting]]:
    """Seat somebody new at a new device."""
    contexts = []

    def make() -> Sitting:
        learner = product.register(f"sitter-{next(numbers)}", "Oumou Sangaré")
        attempt_id = begin_attempt(product, learner)
        context = browser.new_context(
            base_url=product.address,
            locale="fr-FR",
            viewport=PHONE,
        )
        contexts.append(context)
        product.sign_in(context, learner)
        return Sitting(product, learner, attempt_id, context)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def sitting(sit: Callable[[], Sitting]) -> Sitting:
    return sit()


def option(page: Page, slot: int, place: int) -> Locator:
    return page.locator(f"#q{slot} .options input").nth(place)


def choose(page: Page, slot: int, place: int) -> list[str]:
    """Choose one option of a question, and no other; return its key as a response has it."""
    for box in page.locator(f"#q{slot} .options input[type=checkbox]:checked").all():
        box.uncheck()
    option(page, slot, place).check()
    key = option(page, slot, place).get_attribute("value")
    assert key
    return [key]


def is_save(response: Response) -> bool:
    return response.request.method == "PUT" and response.status == 200


@contextmanager
def saving(page: Page, *, within: int | None = None) -> Iterator[None]:
    """Wait at the end of the block for a save that the server has taken, `within` milliseconds."""
    with page.expect_response(is_save, timeout=within):
        yield


def unsent(page: Page) -> list[str]:
    """Return the names under which the device keeps answers."""
    keys: list[str] = page.evaluate("Object.keys(localStorage)")
    return keys


def cut(context: BrowserContext) -> None:
    """Let pages through and saves not, as a server does that is restarted."""
    context.route(SAVING, lambda route: route.fulfill(status=503, body="{}"))


def unplug(page: Page) -> None:
    """Let nothing leave this page any more, not even the last try of a tab that is closed."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('unplugged')) }")


def come_back(page: Page) -> None:
    """Tell the page that the network is there again, as the browser does."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_an_answer_is_saved_within_two_seconds_without_a_button(sitting: Sitting) -> None:
    page = sitting.open()
    expect(page.get_by_role("status")).to_have_text(
        sitting.say("Press Save to keep your answers before you leave the page.")
    )
    with saving(page, within=TWO_SECONDS):
        chosen = choose(page, 1, 2)

    sitting.expect_saved(page)
    # Where the learner is, not below the last question.
    expect(page.get_by_role("status")).to_be_in_viewport(ratio=1)
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


def test_an_answer_left_unsent_does_not_undo_a_newer_one(sitting: Sitting) -> None:
    page = sitting.open()
    unplug(page)
    choose(page, 2, 1)
    newer = [str(option(page, 2, 0).get_attribute("value"))]
    sitting.expect_waiting(page, 1)
    page.close()
    with sitting.product.making() as make:
        answer(make, sitting.learner, sitting.attempt_id, {2: newer})

    with sitting.context.expect_event("response", is_save):
        page = sitting.open()
    expect(option(page, 2, 0)).to_be_checked()
    expect(page.locator("#q2 input:checked")).to_have_count(1)
    assert sitting.saved() == {2: newer}
    assert unsent(page) == []


def test_a_save_whose_receipt_was_lost_counts_once(sitting: Sitting) -> None:
    page = sitting.open()

    def lose_the_receipt(route: Route) -> None:
        route.fetch()
        route.abort()

    sitting.context.route(SAVING, lose_the_receipt)
    chosen = choose(page, 1, 1)
    sitting.expect_waiting(page, 1)
    sitting.context.unroute(SAVING)
    with saving(page):
        come_back(page)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen}
    assert unsent(page) == []


def test_a_newer_answer_of_another_tab_is_told_and_not_overwritten(sitting: Sitting) -> None:
    before, after = sitting.open(), sitting.open()
    with saving(after):
        newer = choose(after, 1, 0)
    sitting.expect_saved(after)
    with saving(before):
        choose(before, 1, 1)

    expect(before.get_by_role("status")).to_have_text(
        sitting.say("Another device answered later. Reload the page to see it.")
    )
    assert sitting.saved() == {1: newer}
    before.reload()
    expect(option(before, 1, 0)).to_be_checked()


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


def test_without_a_script_saving_after_the_back_button_loses_no_answer(
    product: Product, browser: Browser
) -> None:
    learner = product.register(f"sitter-{next(numbers)}", "Oumou Sangaré")
    context = browser.new_context(
        base_url=product.address, locale="fr-FR", java_script_enabled=False
    )
    product.sign_in(context, learner)
    sitting = Sitting(product, learner, begin_attempt(product, learner), context)
    page = sitting.open()
    chosen = choose(page, 1, 2)
    save = page.get_by_role("button", name=sitting.say("Save"), exact=True)
    save.click()
    expect(page.get_by_text(sitting.say("Your answers are saved."))).to_be_visible()
    page.go_back()
    save.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert sitting.saved() == {1: chosen}
    context.close()


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

    expect(page.get_by_role("status")).to_have_text(
        sitting.say(
            "This attempt has been submitted, so nothing more can be saved. "
            "Reload the page to see the result."
        )
    )
    assert sitting.saved() == {}


def test_somebody_else_on_the_same_computer_never_sees_or_sends_the_answers(
    product: Product, sit: Callable[[], Sitting]
) -> None:
    first, second = sit(), sit()
    page = first.open()
    unplug(page)
    choose(page, 1, 0)
    first.expect_waiting(page, 1)
    page.get_by_text(first.say("Account:")).locator("..").click()
    page.get_by_role("button", name=first.say("Sign out")).click()
    expect(page.get_by_text(first.say("You are signed out."))).to_be_visible()
    assert first.saved() == {}
    product.sign_in(first.context, second.learner)
    page = first.context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(f"/attempts/{second.attempt_id}")
    expect(page.locator("main input:checked")).to_have_count(0)
    come_back(page)
    with saving(page):
        chosen = choose(page, 1, 1)
    second.expect_saved(page)
    assert sent.count("PUT") == 1
    assert first.saved() == {}
    assert second.saved() == {1: chosen}
    # The first comes back, and finds them.
    product.sign_in(first.context, first.learner)
    with first.context.expect_event("response", is_save):
        page = first.open()
    assert list(first.saved()) == [1]


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
    learner = product.register(f"sitter-{next(numbers)}", "Oumou Sangaré")
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
