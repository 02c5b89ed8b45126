"""What the screen claims is so: drawn schedules of answers, faults, reloads and closed tabs in a real browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Browser, Error, Page, Request, Route, expect

from tests.browser.product import Product
from tests.browser.sitting import (
    ONE_QUIZ,
    SAVING,
    Room,
    Sitting,
    choose,
    come_back,
    deliver,
)
from tests.made_courses import MadeModule, number, several, single
from tests.quizzes.schedules.server import Server

pytestmark = pytest.mark.browser

SEEDS = range(1, 13)
STEPS = 9
# One in so many schedules meets the end of the server.
KILLS = 4
SECONDS_TO_SETTLE = 20
PER_PAGE = 2
NUMBER = 1
OPTIONS = 3
FORM = MadeModule(
    "schedules",
    activities=ONE_QUIZ,
    questions=(number("gamma"), single("alpha"), several("beta"), single("delta")),
    draw=[{"question": key} for key in ("gamma", "alpha", "beta", "delta")],
    settings={"shuffle_questions": False, "per_page": PER_PAGE},
)
SLOTS = 4

# What the screen says, and what the device keeps, at one moment.
LOOK = """() => [
  document.querySelector(".state [role=status]").textContent,
  Object.values(localStorage)
    .flatMap((kept) => Object.values(JSON.parse(kept)))
    .flatMap(Object.values)
    .map(({ slot, response }) => [slot, response]),
]"""


@dataclass
class Desk:
    """One learner whose network, tab and server a schedule disturbs; `given` is what was answered last."""

    sitting: Sitting
    server: Server
    random: Random
    given: dict[int, Any] = field(default_factory=dict)
    held: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    at: int = 1

    def __post_init__(self) -> None:
        self.sitting.context.route(SAVING, self._pass_on)
        self.page = self._open()

    def _open(self) -> Page:
        return self.sitting.open(f"?page={self.at}" if self.at > 1 else "")

    def _pass_on(self, route: Route) -> None:
        match self.faults.pop(0) if self.faults else "":
            case "lost":
                route.abort()
            case "held":
                self.held.append(route.request)
                route.abort()
            case "receipt lost":
                self._fetch(route)
                route.abort()
            case "twice":
                self._fetch(route)
                if response := self._fetch(route):
                    route.fulfill(response=response)
                else:
                    route.abort()
            case "busy":
                route.fulfill(status=503, body="{}")
            case _:
                route.continue_()

    def _fetch(self, route: Route) -> APIResponse | None:
        """Return what the server says, or None if it is killed meanwhile."""
        try:
            return route.fetch()
        except Error:
            return None

    # --- Steps ------------------------------------------------------------------------------------

    def answer(self) -> None:
        slot = (self.at - 1) * PER_PAGE + self.random.randint(1, PER_PAGE)
        if slot == NUMBER:
            text = str(self.random.randint(1, 9999))
            self.page.locator(f"#q{slot}").get_by_role("textbox").fill(text)
            self.given[slot] = {"value": text}
        else:
            keys = choose(self.page, slot, self.random.randrange(OPTIONS))
            self.given[slot] = {"choices": keys}

    def disturb(self) -> None:
        kinds = ("lost", "held", "receipt lost", "twice", "busy")
        self.faults += self.random.choices(kinds, k=self.random.choice((1, 1, 2)))
        self.answer()

    def settle(self) -> None:
        self.compare()

    def press_save(self) -> None:
        self.come_back()
        with self.page.expect_navigation():
            self.sitting.button(self.page, "Save").click()

    def turn_page(self) -> None:
        self.come_back()
        self.at = 3 - self.at
        words = "Save and go on" if self.at == 2 else "Previous page"
        with self.page.expect_navigation():
            self.sitting.button(self.page, words).click()

    def reload(self) -> None:
        self.page.reload()
        self.expect_shown()

    def close_tab(self) -> None:
        self.page.close()
        self.page = self._open()
        self.expect_shown()

    def come_back(self) -> None:
        self.faults.clear()
        come_back(self.page)

    def deliver(self) -> None:
        if self.held:
            request = self.held.pop(self.random.randrange(len(self.held)))
            # The form may have used the number meanwhile, for what was answered later.
            assert deliver(self.sitting.context, request) in {200, 409}

    def kill_server(self) -> None:
        self.server.kill()
        try:
            self.answer()
        finally:
            self.server.start()

    def draw(self) -> Callable[[], None]:
        steps = (
            self.answer,
            self.disturb,
            self.settle,
            self.press_save,
            self.turn_page,
            self.reload,
            self.close_tab,
            self.come_back,
            self.deliver,
        )
        return self.random.choices(steps, (6, 6, 3, 1, 2, 2, 2, 2, 2))[0]

    # --- What must hold ---------------------------------------------------------------------------

    def look(self, *, until_saved: bool = False) -> tuple[str, dict[int, Any]]:
        """Return the claim, and what the device keeps, once nothing is under way."""
        give_up_at = time.monotonic() + SECONDS_TO_SETTLE
        while time.monotonic() < give_up_at:
            said, kept = self.page.evaluate(LOOK)
            is_waiting = said.startswith(self.waiting) and not (until_saved and kept)
            if is_waiting or not (kept or said == self.sitting.say("Saving…")):
                return said, dict(kept)
            self.page.wait_for_timeout(50)
        raise AssertionError(f"it does not settle: {said!r}, {kept}")

    @property
    def waiting(self) -> str:
        message = "Waiting for the network. Answers kept on this device: %(count)s"
        return self.sitting.say(message, count="")

    def rows(self) -> dict[int, Any]:
        """Return the answers that count as a page sends them: no unit where there is none to choose."""
        return {
            slot: {name: value for name, value in response.items() if name != "unit"}
            for slot, response in self.sitting.responses().items()
        }

    def compare(self) -> None:
        """Compare what the screen claims with the rows."""
        said, kept = self.look()
        rows = self.rows()
        if said.startswith(self.waiting):
            assert said == f"{self.waiting}{len(kept)}"
            assert kept == {slot: self.given[slot] for slot in kept}
        for slot in self.given.keys() - kept.keys():
            assert rows.get(slot) == self.given[slot], f"{said!r}, but question {slot} is otherwise"

    def expect_shown(self) -> None:
        """See on the screen what was answered last, wherever it is kept."""
        for slot, response in self.given.items():
            if (slot - 1) // PER_PAGE != self.at - 1:
                continue
            if slot == NUMBER:
                field_ = self.page.locator(f"#q{slot}").get_by_role("textbox")
                expect(field_).to_have_value(response["value"])
            else:
                chosen = self.page.locator(f"#q{slot} input:checked")
                expect(chosen).to_have_count(1)
                expect(chosen).to_have_value(response["choices"][0])

    def finish(self) -> None:
        """Let the network be whole again, and see that all is saved and said to be."""
        self.faults.clear()
        self.answer()
        come_back(self.page)
        self.look(until_saved=True)
        while self.held:
            self.deliver()
        assert self.rows() == self.given
        for self.at in (1, 2):
            self.page = self._open()
            self.expect_shown()


@pytest.fixture
def room(mortal: tuple[Product, Server], browser: Browser) -> Iterator[Room]:
    room = Room(mortal[0], browser)
    yield room
    room.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_screen_claims_is_so(
    mortal: tuple[Product, Server], room: Room, seed: int
) -> None:
    random = Random(seed)
    desk = Desk(room.seat(FORM), mortal[1], random)
    steps = [desk.draw() for _ in range(STEPS)]
    if seed % KILLS == 0:
        steps.insert(random.randrange(STEPS), desk.kill_server)
    for step in steps:
        desk.done.append(step.__name__)
        step()
    desk.done.append("finish")
    desk.finish()
