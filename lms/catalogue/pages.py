"""The pages that everybody sees: home, catalogue, module; and the figures of lessons."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from lms.catalogue import queries
from lms.catalogue.kinds import find_standing
from lms.core.db import reading
from lms.web import current_actor, current_language

pages = Blueprint("catalogue", __name__, template_folder="templates")

# A figure is only ever an image of a page. Opened by itself, it must not act either.
FIGURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
LONGEST_SEARCH = 200


@pages.get("/")
def show_home() -> str:
    """Say what this is, and show what can be learnt."""
    with reading() as session:
        modules = queries.list_modules(session, language=current_language())
    return render_template("web/home.html", modules=modules)


@pages.get("/catalogue")
def list_modules() -> str:
    """List the modules by programme, or those that a search finds."""
    q = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with reading() as session:
        cards = queries.list_modules(session, language=current_language(), q=q)
    groups = []
    for _, grouped in groupby(cards, key=lambda card: card.programme_key):
        modules = list(grouped)
        groups.append((modules[0].programme, modules[0].programme_summary, modules))
    return render_template("catalogue/modules.html", groups=groups, q=q)


@pages.get("/catalogue/<slug>")
def show_module(slug: str) -> str:
    """Show what is in a module, and the way in."""
    with reading() as session:
        module = queries.get_module(session, slug, language=current_language())
        standing = find_standing(
            session, current_actor(), slug, [before for before, _ in module.prerequisites]
        )
    shown = {
        "slug": module.slug,
        "code": module.code,
        "title": module.title,
        "summary": module.summary,
        "programme": module.programme,
        "minutes": module.minutes,
        "languages": module.languages,
        "prerequisites": [
            (before, title, before in standing.completed) for before, title in module.prerequisites
        ],
        "sections": [(section.title, section.activities) for section in module.sections],
    }
    return render_template(
        "catalogue/module.html", module=shown, enrolment_id=standing.enrolment_id
    )


@pages.get("/media/<sha256>/<name>")
def show_file(sha256: str, name: str) -> ResponseReturnValue:
    """Serve a figure; its address changes with its content, so it is kept for good."""
    with reading() as session:
        file = queries.get_file(session, sha256)
    response = Response(file.content, mimetype=file.media_type)
    response.set_etag(sha256)
    response.cache_control.public = True
    response.cache_control.max_age = 365 * 24 * 3600
    response.cache_control.immutable = True
    response.headers["Content-Security-Policy"] = FIGURE_POLICY
    return response.make_conditional(request)
