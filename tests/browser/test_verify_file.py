"""The place to drop a file on: with a mouse, with a keyboard, and without a script."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from lms.credentials.domain import read_code
from lms.credentials.models import Credential, Document
from tests.browser.places import PHONE
from tests.browser.product import Product
from tests.browser.world import World

pytestmark = pytest.mark.browser

ISSUED = "The file is, byte for byte, the one that we issued."
# What a browser tells a page when a file is dragged over it and let go.
DROP = """([form, name, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([bytes], name, { type: "application/pdf" }));
  const seen = [];
  for (const type of ["dragover", "dragleave", "dragover"]) {
    form.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    seen.push(form.classList.contains("chosen"));
  }
  form.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  return seen;
}"""


@pytest.fixture
def certificate(product: Product, world: World) -> bytes:
    """A document as its holder downloaded it."""
    code = read_code(world.code["specimen"])
    with product.reading() as session:
        key = session.scalars(
            select(Document.storage_key).join(Credential).where(Credential.code == code)
        ).first()
    content: bytes = product.app.extensions["storage"].read(key)
    return content


@pytest.fixture(params=[True, False], ids=["with a script", "without a script"])
def page(product: Product, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=product.address,
        locale="en-GB",
        viewport=PHONE,
        java_script_enabled=request.param,
    )
    yield context.new_page()
    context.close()


def choose(page: Page, content: bytes) -> None:
    page.goto("/verify")
    page.get_by_label("The certificate as a PDF file").set_input_files(
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": content}
    )


def drop(page: Page, content: bytes) -> list[bool]:
    """Drop a file on the form; return whether the form showed that it would take it."""
    page.goto("/verify")
    form = page.locator("form[enctype]").element_handle()
    seen: list[bool] = page.evaluate(
        DROP, [form, "certificate.pdf", base64.b64encode(content).decode()]
    )
    return seen


def test_a_chosen_file_is_checked_by_keyboard_alone(page, certificate):
    choose(page, certificate)

    page.get_by_label("The certificate as a PDF file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_text(ISSUED)).to_be_visible()


def test_a_file_that_is_too_large_is_told_at_the_form(page):
    choose(page, b"%PDF-" + b"x" * 2_000_000)

    page.get_by_role("button", name="Check the file").click()

    expect(page.get_by_text("The file is larger than 1 MB.")).to_be_visible()
    expect(page.locator("#file")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with a script"])
def test_a_dropped_file_is_checked_at_once(page, certificate):
    assert drop(page, certificate) == [True, False, True]
    expect(page.get_by_text(ISSUED)).to_be_visible()

    drop(page, certificate[:-9] + b"?" + certificate[-8:])
    expect(page.get_by_role("heading", name="Do not rely on this file")).to_be_visible()


@pytest.mark.parametrize("page", [True], indirect=True, ids=["with a script"])
def test_a_large_file_is_not_sent_at_all(page):
    sent = []
    page.on("request", lambda request: sent.append(request.method))

    drop(page, b"%PDF-" + b"x" * 1_500_000)

    expect(page.get_by_text("The file is larger than 1 MB.")).to_be_visible()
    assert "POST" not in sent


@pytest.mark.parametrize("page", [False], indirect=True, ids=["without a script"])
def test_without_a_script_nothing_is_said_of_dropping(page):
    page.goto("/verify")

    expect(page.get_by_role("button", name="Check the file")).to_be_visible()
    expect(page.get_by_text("Or drop the file")).to_be_hidden()
