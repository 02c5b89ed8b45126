"""A real server, a real worker and a real browser, each started once for the run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.product import Product, serve_product, serve_without_worker
from tests.browser.sitting import Room
from tests.browser.world import World, make_world
from tests.conftest import temporary_database
from tests.quizzes.schedules.server import Server

# What a browser does by itself would reach for the network, or make pictures differ.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product in demo mode, on a database that all browser tests share; each makes its own people."""
    folder = tmp_path_factory.mktemp("product")
    with temporary_database(folder) as url, serve_product(url, folder) as running:
        yield running


@pytest.fixture(scope="session")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Server]]:
    """A server that tests may kill and start again, on a database of its own."""
    folder = tmp_path_factory.mktemp("mortal")
    with temporary_database(folder) as url, serve_without_worker(url, folder) as running:
        yield running


@pytest.fixture(scope="session")
def world(product: Product) -> World:
    """People in every state, to look at and not to change."""
    return make_world(product)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser of the module's own: Playwright's event loop would be in the way of other tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def room(product: Product, browser: Browser) -> Iterator[Room]:
    """Where learners sit whom no other test knows."""
    room = Room(product, browser)
    yield room
    room.close()
