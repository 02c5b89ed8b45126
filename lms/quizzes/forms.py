"""What the pages send, read into values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction

from werkzeug.datastructures import MultiDict

from lms.core.i18n import N_, Message
from lms.quizzes.commands import PageAnswer
from lms.quizzes.domain import find_problem_with_reason
from lms.quizzes.errors import UnfitForm, UnfitRepair

LONGEST_CLIENT = 64


def read_client(form: MultiDict[str, str]) -> str | None:
    """Return the name of the page that answers, or None where the form holds no answers."""
    client = form.get("client")
    if client is None:
        return None
    if not 1 <= len(client) <= LONGEST_CLIENT:
        raise UnfitForm
    return client


def require_client(form: MultiDict[str, str]) -> str:
    """Return the name of the page that answers; raises `UnfitForm` where there is none."""
    client = read_client(form)
    if client is None:
        raise UnfitForm
    return client


def read_buttons(
    form: MultiDict[str, str],
) -> tuple[int | None, int | None, tuple[int, int] | None]:
    """Return what was pressed: the page to go to, the slot to check, the slot and revision to choose."""
    go, check, choose = (form.get(name, "") for name in ("go", "check", "choose"))
    slot, _colon, revision = choose.partition(":")
    for text in filter(None, (go, check, slot, revision)):
        if not _is_count(text):
            raise UnfitForm
    return (
        int(go) if go else None,
        int(check) if check else None,
        (int(slot), int(revision)) if slot and revision else None,
    )


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


# --- Trainers' forms --------------------------------------------------------------------------------

LONGEST_NUMBER = 40

_PERCENT = re.compile(r"[0-9]{1,3}([.,][0-9]{1,9})?")


def read_reason(form: MultiDict[str, str], at: str) -> str:
    """Return the reason in the form `at`: one page has several."""
    return form.get(f"reason-{at}", "")


def read_mark(form: MultiDict[str, str], at: str) -> Fraction:
    """Return the mark that was typed in percent in the form `at`, with a comma or a point; raises `UnfitRepair`."""
    text = _tidy(form.get(f"mark-{at}", "")).removesuffix("%").rstrip()
    if _PERCENT.fullmatch(text) is None:
        message = Message(N_("Write the mark in percent, such as 50 or 33.3."))
        raise _unfit(form, at, mark=message)
    return Fraction(text.replace(",", ".")) / 100


def read_minutes(form: MultiDict[str, str], at: str) -> int | None:
    """Return the minutes that were typed in the form `at`, None for none; raises `UnfitRepair`."""
    text = _tidy(form.get(f"minutes-{at}", ""))
    if not text:
        return None
    if not _is_count(text):
        raise _unfit(form, at, minutes=Message(N_("Write the minutes as a whole number.")))
    return int(text)


def require_minutes(form: MultiDict[str, str], at: str) -> int:
    """Return the minutes that were typed in the form `at`; raises `UnfitRepair` where there are none."""
    minutes = read_minutes(form, at)
    if minutes is None:
        raise _unfit(form, at, minutes=Message(N_("Write the minutes as a whole number.")))
    return minutes


def read_percent(form: MultiDict[str, str]) -> int:
    """Return the extra time that was typed in percent; raises `UnfitRepair`."""
    text = _tidy(form.get("percent", "")).removesuffix("%").rstrip()
    if not _is_count(text):
        message = Message(N_("Write the percentage as a whole number."))
        if read_whom(form) == (None, None):
            raise _unfit(form, "time", target=Message(N_("Say whom it is for.")), percent=message)
        raise _unfit(form, "time", percent=message)
    return int(text)


def read_whom(form: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Return whom extra time is for: the id of a person, or of an institution, or of neither."""
    kind, _hyphen, number = form.get("whom", "").partition("-")
    if kind not in {"person", "institution"} or not _is_count(number):
        return None, None
    return (int(number), None) if kind == "person" else (None, int(number))


def _unfit(form: MultiDict[str, str], at: str, **problems: Message) -> UnfitRepair:
    """Return the refusal of what cannot be read, with what is wrong with the reason, too."""
    reason = find_problem_with_reason(read_reason(form, at))
    return UnfitRepair(problems | ({"reason": reason} if reason else {}))


def _tidy(text: str) -> str:
    """Return a short text as a number is read: digits of any script or width as ours, no blanks around it."""
    letters = unicodedata.normalize("NFKC", text[:LONGEST_NUMBER])
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in letters).strip()


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9
