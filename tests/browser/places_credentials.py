"""The pages of credentials; see places.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

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


def expired_certificate() -> str:
    """No command makes a day go by."""
    return render_template(
        "credentials/verify.html",
        result={
            "state": "expired",
            "number": "SC-2026-00000042",
            "code": "ABCD-EFGH-JKMN-PQRS",
            "kind": "participation",
            "holder": "Mariam Élise Ouattara-N’Dri",
            "module_title": "Inscription et identification des électeurs",
            "programme_title": "Politique et administration électorales",
            "minutes": 22,
            "completed_on": date(2026, 2, 15),
            "issued_at": datetime(2026, 2, 15, 8, tzinfo=UTC),
            "expires_on": date(2026, 8, 15),
            "institution": "Commission électorale de la Région du Fleuve",
            "issuer": "Scrutin",
            "specimen": False,
            "documents": [("fr", "0123456789abcdef" * 4)],
        },
    )


def look_for(name: str) -> Callable[[Product, Page, str], None]:
    """Look for certificates by the name on them."""

    def press(product: Product, page: Page, language: str) -> None:
        page.locator("#q").fill(name)
        page.get_by_role("button", name=product.say(language, "Find"), exact=True).click()
        page.get_by_role("status").wait_for()

    return press


def confirm_nothing(product: Product, page: Page, language: str) -> None:
    page.locator("#given-names").fill("<")
    page.get_by_role("button", name=product.say(language, "Confirm this name")).click()
    page.get_by_role("alert").wait_for()


def _kept(name: str, path: str, press: Any = None) -> Place:
    return Place(name, at(path), "administrator", press=press, is_for_learners=False)


PLACES: tuple[Place, ...] = (
    Place("name, waited for", at("/my/certificate-name"), "nameless"),
    Place("name, not fit", at("/my/certificate-name"), "nameless", press=confirm_nothing),
    Place("name, confirmed", at("/my/certificate-name"), "newcomer"),
    Place("name, on certificates", at("/my/certificate-name"), "holder"),
    Place("dashboard, waiting for the name", at("/my"), "nameless"),
    Place(
        "module page, waiting for the name",
        lambda world: f"/learn/{world.enrolment['nameless']}",
        "nameless",
    ),
    Place("certificates, waiting for the name", at("/my/certificates"), "nameless"),
    Place("certificates, to be corrected", at("/my/certificates"), "asked"),
    Place("certificates, replaced", at("/my/certificates"), "superseded"),
    Place("certificates, ending", at("/my/certificates"), "ending"),
    Place("module page, to renew", lambda world: f"/learn/{world.enrolment['ending']}", "ending"),
    Place("certificates, withdrawn", at("/my/certificates"), "withdrawn"),
    Place("correction", at("/my/certificates/TEST-real-1/correction"), "real"),
    Place("correction, asked for", at("/my/certificates/TEST-asked-1/correction"), "asked"),
    Place("verify withdrawn", lambda world: f"/verify/{world.code['withdrawn']}"),
    Place("verify expired", render=expired_certificate),
    _kept("corrections", "/credentials"),
    _kept("corrections, found", "/credentials", look_for("ouattara")),
    _kept("corrections, no such name", "/credentials", look_for("zzzz")),
    _kept("corrections, no such number", "/credentials?number=SC-1"),
    _kept("record, to be answered", "/credentials/TEST-asked-1"),
    _kept("record, withdrawn", "/credentials/TEST-withdrawn-1"),
    _kept("record, replaced", "/credentials/TEST-superseded-1"),
    _kept("record, erased", "/credentials/TEST-erased-1"),
    Place("verify, a file of somebody else", at("/verify"), press=send(b"%PDF-1.4")),
    Place("verify, no PDF", at("/verify"), press=send(b"words")),
    Place("verify, an altered file", render=about_a_file("altered")),
    Place("verify, a copy", render=about_a_file("copy")),
    Place("verify offline", at("/verify/offline")),
    Place("verify offline, not now", render=offline_without_a_key),
    # As somebody comes who scanned a code that is not ours.
    Place("verify, damaged code", lambda world: f"/verify/{world.code['real']}#0"),
)
