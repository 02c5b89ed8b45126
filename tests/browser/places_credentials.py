"""The pages of credentials; see places.py."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template
from playwright.sync_api import Page

from tests.browser.place import Place, at
from tests.browser.product import Product


def offline_without_a_key() -> str:
    """What is said where no key signs; in demo mode one always does."""
    return render_template("credentials/offline.html", is_ready=False)


def about_a_file(state: str) -> Callable[[], str]:
    """What is said of a file that is none of those that were issued."""
    return lambda: render_template("credentials/file.html", state=state)


def send(content: bytes) -> Callable[[Product, Page, str], None]:
    """Choose a file on the page, and have it checked."""

    def press(product: Product, page: Page, language: str) -> None:
        chosen = {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": content}
        page.locator("#file").set_input_files(chosen)  # type: ignore[arg-type]  # as its documentation has it
        page.get_by_role("button", name=product.say(language, "Check the file")).click()
        page.wait_for_url("**/verify/file")

    return press


PLACES: tuple[Place, ...] = (
    Place("verify, a file of somebody else", at("/verify"), press=send(b"%PDF-1.4")),
    Place("verify, no PDF", at("/verify"), press=send(b"words")),
    Place("verify, an altered file", render=about_a_file("altered")),
    Place("verify, a copy", render=about_a_file("copy")),
    Place("verify offline", at("/verify/offline")),
    Place("verify offline, not now", render=offline_without_a_key),
    # As somebody comes who scanned a code that is not ours.
    Place("verify, damaged code", lambda world: f"/verify/{world.code['real']}#0"),
)
