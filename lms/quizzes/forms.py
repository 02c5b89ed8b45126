"""What a page of questions sends, read into values."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.quizzes.commands import PageAnswer
from lms.quizzes.errors import UnfitForm

LONGEST_CLIENT = 64


def read_client(form: MultiDict[str, str]) -> str | None:
    """Return the name of the page that answers, or None where the form holds no answers."""
    client = form.get("client")
    if client is None:
        return None
    if not 1 <= len(client) <= LONGEST_CLIENT:
        raise UnfitForm
    return client


def read_answers(form: MultiDict[str, str]) -> list[PageAnswer]:
    """Return the answers to each question that the page showed; raises `UnfitForm` for a form that is none of ours."""
    answers = []
    for name in form:
        if not name.startswith("base-"):
            continue
        slot, base = name.removeprefix("base-"), form[name]
        if not (_is_count(slot) and _is_count(base)):
            raise UnfitForm
        prefix = f"slot-{slot}."
        values = {
            given.removeprefix(prefix): form.getlist(given)
            for given in form
            if given.startswith(prefix)
        }
        answers.append(PageAnswer(int(slot), int(base), values))
    return answers


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
