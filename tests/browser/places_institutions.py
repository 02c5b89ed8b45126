"""The pages of institutions; see places.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, Page

from tests.browser.place import Place, at
from tests.browser.product import Product
from tests.browser.world import World

TABLE = """key;parent;kind;name_fr;name_en;seats
branch-new;branch-fanabougou;branch;Antenne communale de Sébétou-sur-Fleuve;Sébétou-sur-Fleuve Commune Branch;party:2
branch-kerela;;branch;;;
branch-gossa;branch-banande;branch;Antenne de Gossa;Gossa Branch;party:1
"""


def preview(product: Product, page: Page, language: str) -> None:
    """Send a table, and see what it would do."""
    file: FilePayload = {"name": "table.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.set_input_files("[name=file]", file)
    page.locator("main form button").last.click()
    page.wait_for_selector("[name=preview]", state="attached")


def send(at: str, **fields: str) -> Callable[[Product, Page, str], None]:
    """Return what fills the form of a section and sends it."""

    def press(product: Product, page: Page, language: str) -> None:
        for name, text in fields.items():
            page.locator(f"{at} [name={name}]").fill(text)
        page.locator(f"{at} button").first.click()
        page.wait_for_selector("[role=alert]")

    return press


def _edits(name: str, path: Callable[[World], str], **more: Any) -> Place:
    return Place(name, path, "administrator", is_for_learners=False, **more)


PLACES: tuple[Place, ...] = (
    _edits("institutions", at("/admin/institutions")),
    _edits("institutions, found", at("/admin/institutions?q=fanabougou")),
    _edits("institutions, none found", at("/admin/institutions?q=zzzz")),
    _edits("institution", lambda world: f"/admin/institutions/{world.institution}"),
    _edits(
        "institution, sent back",
        lambda world: f"/admin/institutions/{world.institution}",
        press=send("#edit form", name_fr="Antenne du cercle de Dioro Kene"),
    ),
    _edits(
        "institution, without a name",
        lambda world: f"/admin/institutions/{world.institution}",
        press=send("#edit form", name_fr="–"),
    ),
    _edits("new institution", lambda world: f"/admin/institutions/new?parent={world.institution}"),
    _edits("institutions, to import", at("/admin/institutions/import")),
    _edits("institutions, previewed", at("/admin/institutions/import"), press=preview),
    _edits("zones", at("/admin/zones")),
    _edits("zone", lambda world: f"/admin/zones/{world.zone}"),
    _edits("new zone", lambda world: f"/admin/zones/new?parent={world.zone}"),
    _edits("zones, to import", at("/admin/zones/import")),
    _edits("types of members", at("/admin/member-types")),
    _edits("type of member", lambda world: f"/admin/member-types/{world.member_type}"),
)
