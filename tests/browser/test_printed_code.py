"""The page of a certificate, reached by the square code: it takes the facts out of the address and compares them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms.core import clock
from lms.credentials import queries, tasks
from lms.credentials.domain import SignedPayload, read_code, read_fragment, write_fragment
from tests.browser.places import PHONE, visitor
from tests.browser.product import Product
from tests.browser.test_offline_check import FORGERIES
from tests.browser.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def context(product: Product, world: World, browser: Browser) -> Iterator[BrowserContext]:
    """A stranger's phone."""
    with visitor(browser, product, world, None, "en", viewport=PHONE) as context:
        yield context


def printed(product: Product, world: World, name: str, language: str = "fr") -> str:
    """Return path and fragment of what is printed on somebody's certificate."""
    with product.reading() as session:
        code = read_code(world.code[name])
        assert code is not None
        view = queries.find_by_code(session, code)
        assert view is not None
        text = tasks.write_qr_content(session, view, language, now=clock.now())
    return text.removeprefix(product.address)


def scan(context: BrowserContext, path: str) -> Page:
    page = context.new_page()
    page.goto(path)
    return page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_code_that_says_the_same_is_told_and_taken_out_of_the_address(
    product: Product, world: World, context: BrowserContext, language: str
) -> None:
    path = printed(product, world, "real", language)

    page = scan(context, path)

    expect(page.get_by_text("says the same as this page")).to_be_visible()
    expect(page.get_by_text("was altered")).to_have_count(2)
    for notice in page.get_by_text("was altered").all():
        expect(notice).to_be_hidden()
    assert page.url == product.address + path.partition("#")[0]
    page.go_back()
    page.go_forward()
    assert "#" not in page.url


def test_every_altered_fact_is_named(
    product: Product, world: World, context: BrowserContext
) -> None:
    path, _, fragment = printed(product, world, "real").partition("#")
    signed = read_fragment(fragment)
    names = {
        "number": "Number",
        "kind": "Kind of certificate",
        "holder": "Name",
        "module_title": "Module",
        "minutes": "Work that it counts for",
        "completed_on": "Completed on",
        "expires_on": "Holds until",
        "institution": "Institution",
        "is_specimen": "Whether it is a specimen",
    }

    for change in FORGERIES:
        payload: dict[str, Any] = dict(change)
        altered = replace(signed.payload, **payload)
        if altered == signed.payload:
            continue
        page = scan(context, f"{path}#{write_fragment(replace(signed, payload=altered))}")
        alarm = page.locator("[data-printed=differs]")
        expect(alarm).to_contain_text("Only what this page says counts.")
        shown = [item.inner_text() for item in alarm.locator("li").all() if item.is_visible()]
        assert shown == [names[field] for field in change]
        assert "#" not in page.url
        # What a forger wrote is not shown on our page.
        assert "Jean Dupont" not in page.content()
        page.close()


@pytest.mark.parametrize("fragment", ["0", "PHISHING-TEXT", "%3Cscript%3E", "0" * 2000])
def test_a_damaged_code_is_told(
    product: Product, world: World, context: BrowserContext, fragment: str
) -> None:
    page = scan(context, f"/verify/{world.code['real']}#{fragment}")

    expect(page.get_by_text("The square code is damaged or was altered")).to_be_visible()
    assert "#" not in page.url


def test_the_right_fragment_beside_another_certificate_is_told(
    product: Product, world: World, context: BrowserContext
) -> None:
    fragment = printed(product, world, "real").partition("#")[2]

    page = scan(context, f"/verify/{world.code['superseded']}#{fragment}")

    expect(page.get_by_text("The square code was altered")).to_be_visible()


def test_an_erased_name_is_neither_shown_nor_confirmed(
    product: Product, world: World, context: BrowserContext
) -> None:
    signed = read_fragment(printed(product, world, "real").partition("#")[2])
    payload = replace(signed.payload, number="TEST-erased-1", holder="Jean Dupont")
    fragment = write_fragment(SignedPayload(payload, signed.key_id, signed.signature))

    page = scan(context, f"/verify/{world.code['erased']}#{fragment}")

    expect(page.get_by_role("heading", name="Name erased")).to_be_visible()
    assert "#" not in page.url
    assert "Jean Dupont" not in page.content()
    for notice in ("same", "differs", "broken"):
        expect(page.locator(f"[data-printed={notice}]")).to_be_hidden()


def test_the_way_to_the_content_is_no_code(
    product: Product, world: World, context: BrowserContext
) -> None:
    page = scan(context, f"/verify/{world.code['real']}#main")

    assert page.url.endswith("#main")
    for notice in ("same", "differs", "broken"):
        expect(page.locator(f"[data-printed={notice}]")).to_be_hidden()


def test_without_a_script_the_page_is_whole(
    product: Product, world: World, browser: Browser
) -> None:
    path = printed(product, world, "real")
    with visitor(browser, product, world, None, "en", java_script_enabled=False) as context:
        page = scan(context, path)

        expect(page.get_by_role("heading", level=1)).to_have_text("Valid")
        for notice in ("same", "differs", "broken"):
            expect(page.locator(f"[data-printed={notice}]")).to_be_hidden()
