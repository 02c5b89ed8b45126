"""A learner who has a keyboard and no mouse comes as far as anybody, and always sees where they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.places import PHONE
from tests.browser.product import Product
from tests.browser.world import right_choices
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

MOST_STOPS = 60

# What has the focus: its words, and what can be seen of it.
FOCUSED = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const middle = [box.left + box.width / 2, box.top + box.height / 2];
  const there = document.elementFromPoint(...middle);
  return {
    tag: at.tagName,
    name: at.getAttribute("name"),
    words: (at.getAttribute("aria-label") || at.innerText || "").trim(),
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    shown: there !== null && (at.contains(there) || there.contains(at)),
    inMain: at.closest("main") !== null,
  };
}"""


@pytest.fixture
def page(product: Product, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        base_url=product.address,
        locale="fr-FR",
        # So that what moves is where it belongs at once.
        reduced_motion="reduce",
        viewport=PHONE,
    )
    yield context.new_page()
    context.close()


def stop(page: Page) -> dict[str, Any]:
    """Press Tab, and return what has the focus now, which can be seen to have it."""
    page.keyboard.press("Tab")
    found: dict[str, Any] = page.evaluate(FOCUSED)
    assert found["tag"] != "BODY", "nothing is left to go to"
    assert found["outline"] >= 2, f"no outline on {found}"
    assert found["shown"], f"out of sight: {found}"
    return found


def tab_to(page: Page, words: str = "", *, name: str = "") -> None:
    """Press Tab until what has these words, or this name, has the focus."""
    passed = []
    for _ in range(MOST_STOPS):
        found = stop(page)
        if (words and found["words"].startswith(words)) or (name and found["name"] == name):
            return
        passed.append(found["words"] or found["name"])
    raise AssertionError(f"Tab does not come to {words or name}, only to {passed}")


def press(page: Page, key: str, heading: str) -> None:
    """Press a key that opens another page, and wait for its heading."""
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_the_whole_way_can_be_gone_by_tab_enter_space_and_arrows(
    product: Product, page: Page
) -> None:
    product.register("keyboard", "Kouassi Yao")
    module, quiz = (
        "Inscription et identification des électeurs",
        "Test : les méthodes d’inscription",
    )

    def say(message: str) -> str:
        return product.say("fr", message)

    page.goto("/login")
    tab_to(page, name="login")
    page.keyboard.type("keyboard")
    tab_to(page, name="password")
    page.keyboard.type(PASSWORD)
    press(page, "Enter", say("My learning"))
    tab_to(page, say("See the modules"))
    press(page, "Enter", say("Modules"))
    tab_to(page, module)
    press(page, "Enter", module)
    tab_to(page, say("Enrol"))
    page.keyboard.press("Space")
    expect(page.get_by_text(say("You are enrolled. Good reading!"))).to_be_visible()
    tab_to(page, say("Start"))
    press(page, "Enter", "Méthodes : comment une liste se fait et se tient")
    tab_to(page, say("I have read this"))
    press(page, "Space", quiz)
    tab_to(page, say("Start the test"))
    page.keyboard.press("Space")
    page.wait_for_url("**/attempts/*")

    attempt_id = int(page.url.rsplit("/", 1)[1])
    with product.reading() as session:
        right = right_choices(session, attempt_id)
    for slot, keys in sorted(right.items()):
        answer(page, slot, keys)
    tab_to(page, say("Finish and submit"))
    press(page, "Enter", say("Submit this attempt?"))
    tab_to(page, say("Submit now"))
    press(page, "Enter", say("You passed"))
    tab_to(page, say("The module is complete: confirm your name for the certificate"))
    press(page, "Enter", say("Your name on certificates"))
    tab_to(page, say("Confirm this name"))
    press(page, "Enter", say("My certificates"))


def answer(page: Page, slot: int, keys: list[str]) -> None:
    """Go to the question's options and choose these, as its kind of control is used."""
    tab_to(page, name=f"slot-{slot}.choices")
    options = page.locator(f"input[name='slot-{slot}.choices']")
    values = [option.get_attribute("value") for option in options.all()]
    if options.first.get_attribute("type") == "radio":
        page.keyboard.press("Space")
        for _ in range(values.index(keys[0])):
            page.keyboard.press("ArrowDown")
    else:
        for place, value in enumerate(values):
            if value in keys:
                page.keyboard.press("Space")
            if place < len(values) - 1:
                tab_to(page, name=f"slot-{slot}.choices")
    checked = page.locator(f"input[name='slot-{slot}.choices']:checked")
    assert sorted(str(box.get_attribute("value")) for box in checked.all()) == sorted(keys)


def test_the_first_stop_leads_past_the_header(product: Product, page: Page) -> None:
    page.goto("/catalogue")
    first = stop(page)
    assert first["words"] == product.say("fr", "Skip to the content")
    expect(page.get_by_role("link", name=first["words"])).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")

    assert stop(page)["inMain"]


def test_the_account_opens_and_the_session_ends_by_the_keyboard(
    product: Product, page: Page
) -> None:
    learner = product.register("keyboard-leaves", "Kouassi Yao")
    product.sign_in(page.context, learner)
    page.goto("/my")
    tab_to(page, product.say("fr", "Account:"))
    page.keyboard.press("Enter")
    tab_to(page, product.say("fr", "Sign out"))
    page.keyboard.press("Space")

    expect(page.get_by_text(product.say("fr", "You are signed out."))).to_be_visible()
