"""A learner at a device with an attempt open, and what can befall the device, its network and its tab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from lms.core.permissions import Actor
from lms.quizzes import commands as quizzes
from lms.quizzes.queries import list_current_answers
from tests.browser.places import LANGUAGES, PHONE
from tests.browser.product import Product
from tests.browser.world import begin_attempt
from tests.made_courses import Listed, MadeModule

# What the learner is promised: saved within two seconds of a choice.
TWO_SECONDS = 2000
SAVING = "**/api/v1/attempts/*/answers"

ONE_QUIZ = (Listed("test", "quiz"),)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A learner at a device, with an attempt open and no answer yet."""

    product: Product
    learner: Actor
    login: str
    attempt_id: int
    context: BrowserContext
    language: str = "fr"

    def open(self, rest: str = "") -> Page:
        """Open the attempt in a tab of its own."""
        page = self.context.new_page()
        page.goto(f"/attempts/{self.attempt_id}{rest}")
        return page

    def say(self, message: str, **values: object) -> str:
        return self.product.say(self.language, message, **values)

    def responses(self) -> dict[int, Mapping[str, Any]]:
        """Return the current answers as the database has them."""
        with self.product.reading() as session:
            answers = list_current_answers(session, self.attempt_id)
        return {slot: answer.response for slot, answer in answers.items()}

    def saved(self) -> dict[int, list[str]]:
        """Return the current choices as the database has them."""
        return {slot: list(response["choices"]) for slot, response in self.responses().items()}

    def button(self, page: Page, message: str) -> Locator:
        """Return a button in sight."""
        return page.get_by_role("button", name=self.say(message), exact=True)

    def expect_saved(self, page: Page) -> None:
        start = self.say("Saved at %(time)s", time="").strip()
        expect(status(page)).to_contain_text(start)

    def expect_waiting(self, page: Page, number: int) -> None:
        words = self.say(
            "Waiting for the network. Answers kept on this device: %(count)s", count=number
        )
        expect(status(page)).to_have_text(words)


class Room:
    """Where people sit: each is somebody new, at a device that nobody used before."""

    def __init__(self, product: Product, browser: Browser) -> None:
        self.product = product
        self.browser = browser
        self._contexts: list[BrowserContext] = []

    def seat(self, made: MadeModule | None = None, language: str = "fr", **device: Any) -> Sitting:
        """Begin an attempt at the quiz of a made module, or of the product's own."""
        login = f"sitter-{next(self.product.numbers)}"
        learner = self.product.register(login, "Oumou Sangaré")
        attempt_id = (
            begin_made(self.product, learner, made)
            if made
            else begin_attempt(self.product, learner)
        )
        context = self.enter(language, **device)
        self.product.sign_in(context, learner)
        return Sitting(self.product, learner, login, attempt_id, context, language)

    def enter(self, language: str = "fr", **device: Any) -> BrowserContext:
        """Return a device where nobody is signed in."""
        options = {"viewport": PHONE, "locale": LANGUAGES[language]} | device
        context = self.browser.new_context(base_url=self.product.address, **options)
        self._contexts.append(context)
        return context

    def second_device(self, sitting: Sitting) -> Sitting:
        """Return the same learner at another device."""
        context = self.enter(sitting.language)
        self.product.sign_in(context, sitting.learner)
        return replace(sitting, context=context)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


def begin_made(product: Product, learner: Actor, made: MadeModule) -> int:
    """Load the module, enrol, and return the id of the first attempt at its quiz."""
    with product.making() as make:
        make.modules(made)
        enrolment_id = make.enrolment(learner, made.slug)
        started = quizzes.start_attempt(
            make.session, learner, enrolment_id, "test", language="fr", now=make.now
        )
        make.session.commit()
        return started.id


def status(page: Page) -> Locator:
    """Return the line that says how it stands with saving."""
    return page.locator(".state").get_by_role("status")


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


def deliver(context: BrowserContext, request: Request) -> int:
    """Take a request of a page to the server once more, as a network may; return the status of the answer."""
    return context.request.fetch(request).status


def cut(context: BrowserContext) -> None:
    """Let pages through and saves not, as a server does that is restarted."""
    context.route(SAVING, lambda route: route.fulfill(status=503, body="{}"))


def unplug(page: Page) -> None:
    """Let nothing leave this page any more, not even the last try of a tab that is closed."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('unplugged')) }")


def come_back(page: Page) -> None:
    """Tell the page that the network is there again, as the browser does."""
    page.evaluate("dispatchEvent(new Event('online'))")
