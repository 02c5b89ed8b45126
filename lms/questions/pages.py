"""The trainers' pages of a question bank: its list, and each question with its history."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from lms.core.db import reading
from lms.core.i18n import pick_text
from lms.questions import queries
from lms.questions.queries import BankModule
from lms.questions.views import Wanted, show_bank
from lms.questions.views import show_question as view_question
from lms.web import current_actor, current_language

pages = Blueprint("questions", __name__, template_folder="templates")

LONGEST_SEARCH = 200

# Where everything begins that trainers do: a page of a room above.
TEACHING = "/teach"


@pages.get("/teach/bank/<slug>")
def list_questions(slug: str) -> str:
    """List the questions of a module's bank, or those that a filter leaves."""
    language = current_language()
    with reading() as session:
        page = queries.get_bank_page(session, current_actor(), slug, language=language)
    asked = request.args
    wanted = Wanted(
        asked.get("category", ""),
        asked.get("tag", ""),
        asked.get("type", ""),
        asked.get("q", "").strip()[:LONGEST_SEARCH],
    )
    return render_template(
        "questions/bank.html",
        teaching=TEACHING,
        module=_show_module(page.module),
        bank=show_bank(page, wanted, language=language),
    )


@pages.get("/teach/bank/<slug>/<key>")
def show_question(slug: str, key: str) -> str:
    """Show a question as learners see it, what is right and why, and how it came to be so."""
    language = current_language()
    with reading() as session:
        page = queries.get_question_page(session, current_actor(), slug, key, language=language)
    return render_template(
        "questions/question.html",
        module=_show_module(page.module),
        page=page,
        question=view_question(page, language=language),
    )


def _show_module(module: BankModule) -> dict[str, str]:
    title = pick_text(module.title, current_language(), module.source_language)
    return {"slug": module.slug, "code": module.code, "title": title}
