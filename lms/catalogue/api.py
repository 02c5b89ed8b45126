"""The catalogue by the API; no account is needed."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from lms.catalogue import queries
from lms.catalogue.errors import NoSuchModule
from lms.catalogue.queries import ModuleCard, ModulePage
from lms.catalogue.schemas import ModuleList, ModuleListRequest, ModuleReply, ModuleRequest
from lms.core.db import reading
from lms.core.errors import Invalid
from lms.core.i18n import N_, Message
from lms.web import current_language
from lms.web.paging import cut_page

api = Blueprint("modules", __name__, description="Programmes and modules.")


@api.get("/modules")
@api.doc(operationId="listModules", security=[])
@api.arguments(ModuleListRequest, location="query")
@api.response(200, ModuleList)
def list_modules(wanted: dict[str, Any]) -> dict[str, Any]:
    """List the modules that are published."""
    with reading() as session:
        try:
            cards = queries.list_modules(
                session,
                language=wanted["language"] or current_language(),
                in_language=wanted["language"],
                q=wanted["q"],
                programme=wanted["programme"],
                after=wanted["cursor"],
                limit=wanted["limit"] + 1,
            )
        except NoSuchModule:
            message = Message(N_("The cursor is not one that this list gave."))
            raise Invalid({"cursor": message}) from None
    return cut_page([as_line(card) for card in cards], wanted["limit"], key="slug")


@api.get("/modules/<slug>")
@api.doc(operationId="getModule", security=[])
@api.arguments(ModuleRequest, location="query")
@api.response(200, ModuleReply)
def get_module(wanted: dict[str, Any], slug: str) -> dict[str, Any]:
    """Tell of one module and what is in it."""
    with reading() as session:
        page = queries.get_module(session, slug, language=wanted["language"] or current_language())
    return {
        **as_line(page),
        "prerequisites": [{"slug": slug, "title": title} for slug, title in page.prerequisites],
        "sections": page.sections,
    }


def as_line(module: ModuleCard | ModulePage) -> dict[str, Any]:
    """Return a module as `ModuleLine` writes it."""
    return {
        "slug": module.slug,
        "code": module.code,
        "programme": module.programme_key,
        "programme_title": module.programme,
        "title": module.title,
        "summary": module.summary,
        "minutes": module.minutes,
        "hours": round(module.minutes / 60, 2),
        "languages": module.languages,
    }
