"""The pages of officers; see places.py."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.downloads import STATUSES
from tests.browser.place import Place, at
from tests.browser.product import Product
from tests.browser.world import World

Press = Callable[[Product, Page, str], None]


def desk(rest: str) -> Callable[[World], str]:
    return lambda world: f"/institution/{world.desk}/{rest}"


def _downloads(name: str, path: Callable[[World], str]) -> Place:
    return Place(name, path, "officer of downloads", is_for_learners=False)


def _download_in(state: str) -> Place:
    return _downloads(
        f"download, {state}",
        lambda world: f"/institution/{world.desk}/bundles/{world.bundle[state]}",
    )


def office(name: str, rest: str = "", press: Press | None = None) -> Place:
    def find(world: World) -> str:
        person = world.people["reminded"].person_id
        return f"/institution/{world.office}{rest}".replace("<person>", str(person))

    return Place(name, find, "officer", press=press, is_for_learners=False)


def enrol_everybody(product: Product, page: Page, language: str) -> None:
    page.locator("[name=everyone]").check()
    page.locator("[name=into]").select_option(index=1)
    page.locator(".act button[formaction]").click()
    page.locator(".names").first.wait_for()


def remind_everybody(product: Product, page: Page, language: str) -> None:
    page.locator("[name=everyone]").check()
    page.locator(".act button:not([formaction])").click()
    page.locator(".names").first.wait_for()


PLACES: tuple[Place, ...] = (
    Place(
        "institutions to choose among", at("/institution"), "administrator", is_for_learners=False
    ),
    office("institution"),
    office("people", "/people"),
    office("people, chosen", "/people?state=enrolled&sort=quiet"),
    office("people, none found", "/people?state=certified"),
    office("people who left", "/people?left=yes"),
    office("people, enrolled", "/people", enrol_everybody),
    office("people, reminded", "/people", remind_everybody),
    office("person", "/people/<person>"),
    office("seats", "/seats"),
    office("seats, only gaps", "/seats?only=gaps"),
    Place(
        "seats, none",
        lambda world: f"/institution/{world.desk}/seats",
        "officer of downloads",
        is_for_learners=False,
    ),
    Place("dashboard, reminded", at("/my"), "reminded"),
    _downloads("certificates of an institution", desk("certificates")),
    _downloads("certificates, chosen", desk("certificates?kind=completion&from=2020-01-01")),
    _downloads("certificates, in no period", desk("certificates?from=2020-01-02&to=2020-01-01")),
    _downloads("certificates, none found", desk("certificates?to=2000-01-01")),
    *(_download_in(state) for state in STATUSES),
)
