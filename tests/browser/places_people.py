"""The pages on which officers bring people in, and those of one's own institutions and password; see places.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, Page

from tests.browser.place import Place, at
from tests.browser.product import Product
from tests.browser.world import World

LIST = """prénoms;nom;courriel;téléphone
Awa;Traore-Diabate;;1
Nina;Ouédraogo;nina@example.net;2
Jean;=cmd|x;;3
"""


def desk(rest: str) -> Callable[[World], str]:
    return lambda world: f"/institution/{world.institution}/{rest}"


def send(wait_for: str = "[role=alert]", **fields: str) -> Callable[[Product, Page, str], None]:
    """Return what fills the first form that has such fields and sends it."""

    def press(product: Product, page: Page, language: str) -> None:
        for name, text in fields.items():
            page.locator(f"main [name={name}]").first.fill(text)
        name = next(iter(fields))
        page.locator(f"main form:has([name={name}]) button").first.click()
        page.wait_for_selector(wait_for)

    return press


def preview(product: Product, page: Page, language: str) -> None:
    """Send a list, and see what it would do."""
    file: FilePayload = {
        "name": "liste.csv",
        "mimeType": "text/csv",
        "buffer": LIST.encode("cp1252"),
    }
    page.set_input_files("[name=file]", file)
    page.locator("main form:has([name=file]) button").click()
    page.wait_for_selector("[name=choice-2]")


def apply(product: Product, page: Page, language: str) -> None:
    """Send a list, and apply it; the second time everybody is there."""
    preview(product, page, language)
    page.get_by_role("button", name=product.say(language, "Bring them in")).click()
    page.wait_for_selector("main [role=status]")


def claim_again(product: Product, page: Page, language: str) -> None:
    page.locator("[name=institution]").first.check()
    page.locator("main form:has([name=institution]) button").click()
    page.wait_for_selector("[role=alert]")


def print_slips(product: Product, page: Page, language: str) -> None:
    for box in page.locator("[name=person]").all():
        box.check()
    page.locator("main form:has([name=person]) button").click()
    page.wait_for_selector(".slip")


def _keeps(name: str, path: Callable[[World], str], **more: Any) -> Place:
    return Place(name, path, "keeper", is_for_learners=False, **more)


PLACES: tuple[Place, ...] = (
    Place("own institutions, none", at("/my/institutions"), "newcomer"),
    Place("own institutions, claimed", at("/my/institutions"), "claimer"),
    Place("own institutions, invited", at("/my/institutions"), "invited"),
    Place("own institutions, found", at("/my/institutions?q=fanabougou"), "newcomer"),
    Place("own institutions, none found", at("/my/institutions?q=zzzz"), "newcomer"),
    Place(
        "own institutions, claimed twice",
        at("/my/institutions?q=fanabougou"),
        "claimer",
        press=claim_again,
    ),
    Place("password", at("/password/change"), "newcomer"),
    Place(
        "password, refused",
        at("/password/change"),
        "newcomer",
        press=send(".error", old="wrong", new="short", again="other"),
    ),
    Place("password, first", at("/password/change"), "slip"),
    _keeps("new person", desk("people/new")),
    _keeps(
        "new person, perhaps there",
        desk("people/new"),
        press=send("[name=choice-1]", given_names="Awa", family_names="Traore-Diabaté"),
    ),
    _keeps("new person, refused", desk("people/new"), press=send(".error", given_names="<b>")),
    _keeps("lists", desk("uploads")),
    _keeps("list, previewed", desk("uploads"), press=preview),
    _keeps("list, applied", desk("uploads"), press=apply),
    _keeps("claims", desk("claims")),
    _keeps("membership", lambda world: f"/institution/{world.institution}/memberships/{world.membership}"),
    _keeps("slips", desk("slips")),
    _keeps("slips, printed", desk("slips"), press=print_slips),
    _keeps("officers", desk("officers")),
    _keeps("officers, below", lambda world: f"/institution/{world.below}/officers"),
    _keeps(
        "officers, found",
        lambda world: f"/institution/{world.below}/officers",
        press=send("[name=person]", q="ba oumar"),
    ),
)  # fmt: skip
