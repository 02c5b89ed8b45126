"""A page that a person can see, and how to come there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.product import Product
from tests.browser.world import World


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its address, who looks, and what to press there first."""

    name: str
    path: Callable[[World], str] = lambda world: "/"
    who: str | None = None
    press: Callable[[Product, Page, str], None] | None = None
    # For what no request brings about at will: the HTML, made in the test's own process.
    render: Callable[[], str] | None = None
    # Where learners go, and whoever checks a certificate: there every byte is paid for.
    is_for_learners: bool = True

    def __str__(self) -> str:
        return self.name


def at(path: str) -> Callable[[World], str]:
    return lambda world: path
