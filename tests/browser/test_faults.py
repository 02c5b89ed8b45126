"""Whatever befalls a request, the tab or the server: an answer counts once, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Request, Route, expect

from lms.quizzes.queries import list_kept_saves
from tests.browser.product import Product
from tests.browser.sitting import (
    ONE_QUIZ,
    SAVING,
    Room,
    Sitting,
    choose,
    come_back,
    deliver,
    option,
    saving,
    unsent,
)
from tests.made_courses import MadeModule
from tests.quizzes.schedules.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def sitting(room: Room) -> Sitting:
    return room.seat()


def count_kept(sitting: Sitting) -> int:
    """Return how many saves the server has kept."""
    with sitting.product.reading() as session:
        return len(list_kept_saves(session, sitting.attempt_id))


def test_a_save_whose_receipt_was_lost_counts_once(sitting: Sitting) -> None:
    page = sitting.open()

    def lose_the_receipt(route: Route) -> None:
        route.fetch()
        route.abort()

    sitting.context.route(SAVING, lose_the_receipt)
    chosen = choose(page, 1, 1)
    sitting.expect_waiting(page, 1)
    assert sitting.saved() == {1: chosen}
    sitting.context.unroute(SAVING)
    with saving(page):
        come_back(page)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen}
    assert count_kept(sitting) == 1
    assert unsent(page) == []


def test_a_save_that_was_lost_on_its_way_is_sent_again(sitting: Sitting) -> None:
    page = sitting.open()
    sitting.context.route(SAVING, lambda route: route.abort(), times=1)
    chosen = choose(page, 1, 1)
    sitting.expect_waiting(page, 1)
    assert sitting.saved() == {}
    with saving(page):
        come_back(page)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen}


def test_a_save_that_arrives_twice_counts_once(sitting: Sitting) -> None:
    page = sitting.open()
    sitting.context.route(
        SAVING, lambda route: route.fulfill(response=(route.fetch(), route.fetch())[1])
    )
    with saving(page):
        chosen = choose(page, 1, 1)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: chosen}
    assert count_kept(sitting) == 1


def test_a_save_that_arrives_after_the_next_one_does_not_undo_it(sitting: Sitting) -> None:
    page = sitting.open()
    held: list[Request] = []

    def hold(route: Route) -> None:
        held.append(route.request)
        route.abort()

    sitting.context.route(SAVING, hold, times=1)
    first = choose(page, 1, 0)
    sitting.expect_waiting(page, 1)
    with saving(page):
        second = choose(page, 1, 1)
        come_back(page)
    sitting.expect_saved(page)
    assert deliver(sitting.context, held[0]) == 200

    assert count_kept(sitting) == 2
    assert sitting.saved() == {1: second} != {1: first}
    with saving(page):
        third = choose(page, 1, 2)
    assert sitting.saved() == {1: third}


def test_a_page_of_another_network_that_answers_in_its_place_is_no_receipt(
    sitting: Sitting,
) -> None:
    page = sitting.open()
    sitting.context.route(
        SAVING,
        lambda route: route.fulfill(body="<h1>Pay here</h1>", content_type="text/html"),
        times=1,
    )
    chosen = choose(page, 1, 1)
    sitting.expect_waiting(page, 1)
    with saving(page):
        come_back(page)

    assert sitting.saved() == {1: chosen}


def test_one_answer_that_cannot_be_taken_does_not_keep_back_the_others(sitting: Sitting) -> None:
    page = sitting.open()
    sitting.context.route(SAVING, lambda route: route.abort(), times=1)
    choose(page, 1, 0)
    sitting.expect_waiting(page, 1)
    other = choose(page, 2, 1)
    sitting.expect_waiting(page, 2)
    page.evaluate(
        """() => {
          const [key] = Object.keys(localStorage);
          const kept = JSON.parse(localStorage[key]);
          for (const saves of Object.values(kept)) saves[1].response = { nothing: "like it" };
          localStorage[key] = JSON.stringify(kept);
          window.fetch = () => Promise.reject(new TypeError("unplugged"));
        }"""
    )
    page.close()
    page = sitting.open()

    sitting.expect_saved(page)
    assert sitting.saved() == {2: other}
    assert unsent(page) == []


@pytest.fixture
def mortal_room(mortal: tuple[Product, Server], browser: Browser) -> Iterator[Room]:
    room = Room(mortal[0], browser)
    yield room
    room.close()


def test_a_server_that_is_killed_between_two_saves_loses_neither(
    mortal: tuple[Product, Server], mortal_room: Room
) -> None:
    _, server = mortal
    sitting = mortal_room.seat(MadeModule(activities=ONE_QUIZ))
    page = sitting.open()
    with saving(page):
        first = choose(page, 1, 0)
    sitting.expect_saved(page)
    server.kill()
    second = choose(page, 2, 1)
    sitting.expect_waiting(page, 1)
    server.start()
    with saving(page):
        come_back(page)

    sitting.expect_saved(page)
    assert sitting.saved() == {1: first, 2: second}
    page.reload()
    expect(option(page, 1, 0)).to_be_checked()
    expect(option(page, 2, 1)).to_be_checked()
