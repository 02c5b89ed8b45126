"""A session that ends in the middle of an attempt costs no answer, and shows none to anybody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.product import Product
from tests.browser.sitting import (
    Room,
    Sitting,
    choose,
    come_back,
    is_save,
    option,
    saving,
    status,
    unplug,
    unsent,
)
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser


def end_session(sitting: Sitting) -> None:
    sitting.context.clear_cookies(name="session")


def sign_in(sitting: Sitting, page: Page) -> None:
    """Sign in by the form that the page shows."""
    say = sitting.say
    page.get_by_label(say("E-mail address or user name")).fill(sitting.login)
    page.get_by_label(say("Password"), exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name=say("Sign in")).click()


def expect_signed_out(sitting: Sitting, page: Page, number: int) -> None:
    words = sitting.say(
        "Your session has ended. Answers kept on this device: %(count)s. "
        "Press Save and sign in again.",
        count=number,
    )
    expect(status(page)).to_have_text(words)


@pytest.fixture
def sitting(room: Room) -> Sitting:
    return room.seat()


def test_save_leads_to_the_sign_in_and_back_with_every_answer(sitting: Sitting) -> None:
    page = sitting.open()
    with saving(page):
        first = choose(page, 1, 0)
    end_session(sitting)
    second = choose(page, 2, 1)
    expect_signed_out(sitting, page, 1)
    third = choose(page, 3, 0)
    expect_signed_out(sitting, page, 2)
    sitting.button(page, "Save").click()
    expect(page.get_by_text(sitting.say("Your session had ended."))).to_be_visible()
    sign_in(sitting, page)

    expect(page.get_by_text(sitting.say("Your answers are saved."))).to_be_visible()
    expect(option(page, 3, 0)).to_be_checked()
    sitting.expect_saved(page)
    assert sitting.saved() == {1: first, 2: second, 3: third}
    assert unsent(page) == []


def test_who_signs_in_elsewhere_finds_the_answers_in_the_attempt(sitting: Sitting) -> None:
    page = sitting.open()
    end_session(sitting)
    chosen = choose(page, 2, 1)
    expect_signed_out(sitting, page, 1)
    page.close()
    page = sitting.context.new_page()
    page.goto("/login")
    sign_in(sitting, page)
    expect(page.get_by_role("heading", level=1)).to_have_text(sitting.say("My learning"))
    with saving(page):
        page.goto(f"/attempts/{sitting.attempt_id}")

    expect(option(page, 2, 1)).to_be_checked()
    sitting.expect_saved(page)
    assert sitting.saved() == {2: chosen}
    assert unsent(page) == []


def test_without_a_script_save_leads_to_the_sign_in_and_back_too(room: Room) -> None:
    sitting = room.seat(java_script_enabled=False)
    page = sitting.open()
    end_session(sitting)
    chosen = choose(page, 2, 1)
    sitting.button(page, "Save").click()
    expect(page.get_by_text(sitting.say("Your session had ended."))).to_be_visible()
    sign_in(sitting, page)

    expect(page.get_by_text(sitting.say("Your answers are saved."))).to_be_visible()
    expect(option(page, 2, 1)).to_be_checked()
    assert sitting.saved() == {2: chosen}


def test_who_signs_in_in_the_others_place_sees_nothing_and_the_owner_finds_it(room: Room) -> None:
    owner, other = room.seat(), room.seat()
    page = owner.open()
    end_session(owner)
    chosen = choose(page, 1, 0)
    expect_signed_out(owner, page, 1)
    words = option(page, 1, 0).locator("..").inner_text().strip()
    owner.button(page, "Save").click()
    sign_in(other, page)
    words_of_another = other.say(
        "What was written on this page belongs to another person. "
        "It was set aside for them and not shown to you."
    )
    expect(page.get_by_text(words_of_another)).to_be_visible()
    page.goto(f"/attempts/{other.attempt_id}")
    expect(page.locator("main input:checked")).to_have_count(0)
    page.goto(f"/attempts/{owner.attempt_id}")
    expect(page.get_by_text(words)).to_have_count(0)
    assert owner.saved() == {}
    assert other.saved() == {}

    # The owner comes back, to the same computer and to another.
    elsewhere = room.second_device(owner).open()
    expect(elsewhere.locator("#q1 [data-rival]").get_by_text(words)).to_be_visible()
    room.product.sign_in(owner.context, owner.learner)
    page = owner.open()
    expect(page.locator("#q1 [data-rival]").get_by_text(words)).to_be_visible()
    owner.button(page, "Take the other one").click()
    expect(option(page, 1, 0)).to_be_checked()
    assert owner.saved() == {1: chosen}


def test_somebody_else_on_the_same_computer_never_sees_or_sends_the_answers(
    product: Product, room: Room
) -> None:
    first, second = room.seat(), room.seat()
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
