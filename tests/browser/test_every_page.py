"""What holds on every page, in every state, in both languages."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from itertools import product as pairs

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from tests.browser.place import Place
from tests.browser.places import DESK, LANGUAGES, PHONE, PLACES, go, visitor
from tests.browser.product import Product
from tests.browser.world import World

pytestmark = pytest.mark.browser

# A first visit's HTML and style sheet fit in the first ten packets that a server may send.
MOST_BYTES = 14_336
MOST_BYTES_WITH_SCRIPTS = 30 * 1024
# The narrowest phone still in use, and where a 1,280-pixel page stands at 400 %.
NARROWEST = 320

AXE = Axe()
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

# Every page is seen in each language, at each width and in each scheme, though not in all eight pairs. As axe is slow,
# the run on each database takes half of the pairs: they look alike.
ON_POSTGRESQL = "TEST_DATABASE_URL" in os.environ
LOOKS = {
    "fr": (DESK, "dark") if ON_POSTGRESQL else (PHONE, "light"),
    "en": (PHONE, "dark") if ON_POSTGRESQL else (DESK, "light"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """What one first visit showed."""

    console: list[str]
    # Bytes at gzip 6 by the kind of file.
    weights: dict[str, int]
    # Width of the window → width of what is on the page.
    widths: dict[int, int]
    accessibility_faults: list[str]


Visits = dict[tuple[Place, str], Visit]


@pytest.fixture(scope="module")
def visits() -> Visits:
    """What was seen already: each page is visited once for all that is asked of it."""
    return {}


@pytest.fixture
def visit(
    product: Product, world: World, browser: Browser, visits: Visits, place: Place, language: str
) -> Visit:
    """What the place's own person sees who was never here before."""
    if (place, language) not in visits:
        with visitor(browser, product, world, place.who, language) as context:
            visits[place, language] = look(product, world, context.new_page(), place, language)
    return visits[place, language]


def look(product: Product, world: World, page: Page, place: Place, language: str) -> Visit:
    console: list[str] = []
    answers: list[Response] = []
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.on("response", lambda answer: answers.append(answer))
    go(product, world, page, place, language)
    # A page that waits for something would look again meanwhile.
    page.evaluate("stop()")
    return Visit(
        console=list(console),
        # Who pressed something has the style sheet already.
        weights=weigh(answers) if place.press is None else {},
        widths=measure(page),
        accessibility_faults=find_faults(page, language),
    )


def weigh(answers: list[Response]) -> dict[str, int]:
    weights = {"document": 0, "stylesheet": 0, "script": 0}
    for answer in answers:
        if answer.request.resource_type in weights:
            weights[answer.request.resource_type] += len(gzip.compress(answer.body(), 6))
    return weights


def measure(page: Page) -> dict[int, int]:
    # What is folded must fit, too.
    page.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true })")
    widths = {}
    for width in (NARROWEST, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": PHONE["height"]})
        widths[width] = page.evaluate("document.scrollingElement.scrollWidth")
    return widths


def find_faults(page: Page, language: str) -> list[str]:
    page.evaluate(AXE.axe_script)
    size, scheme = LOOKS[language]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = page.evaluate("options => axe.run(options)", AXE_OPTIONS)["violations"]
    return [
        f"{size['width']} {scheme} {fault['id']}: {node['html'][:160]} {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


ALL = list(pairs(PLACES, LANGUAGES))


def on(places: list[tuple[Place, str]]) -> pytest.MarkDecorator:
    names = [f"{place}, {language}" for place, language in places]
    return pytest.mark.parametrize(("place", "language"), places, ids=names)


on_every_page = on(ALL)


@on_every_page
def test_axe_finds_nothing_in_light_and_dark_on_a_phone_and_on_a_desk(visit: Visit) -> None:
    assert visit.accessibility_faults == []


@on_every_page
def test_no_script_breaks_and_nothing_is_blocked_as_foreign_or_inline(visit: Visit) -> None:
    # The browser says so of every page that is sent with a status of 400 or more.
    expected = "Failed to load resource: the server responded with a status of"

    assert [text for text in visit.console if not text.startswith(expected)] == []


@on_every_page
def test_nothing_is_wider_than_a_narrow_phone(visit: Visit) -> None:
    assert visit.widths == {width: width for width in visit.widths}


@on([pair for pair in ALL if pair[0].is_for_learners and pair[0].press is None])
def test_a_first_visit_weighs_no_more_than_a_poor_network_carries(visit: Visit) -> None:
    read = visit.weights["document"] + visit.weights["stylesheet"]

    assert visit.weights["stylesheet"] > 0
    assert read <= MOST_BYTES
    assert read + visit.weights["script"] <= MOST_BYTES_WITH_SCRIPTS
