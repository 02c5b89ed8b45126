"""Trainers' pages: what came of a quiz, attempt by attempt and question by question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import escape
from marshmallow import EXCLUDE, ValidationError
from werkzeug.datastructures import MultiDict

from lms.core import clock
from lms.core.db import reading
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message, pick_language, pick_text
from lms.core.spreadsheets import write_csv
from lms.questions.domain import Control, Shown
from lms.questions.domain.numbers import UNDETERMINED, read_number, write_number
from lms.quizzes import policy, queries
from lms.quizzes.domain import (
    FEWEST,
    LEAST_DISCRIMINATION,
    VERY_EASY,
    VERY_HARD,
    Caution,
    ChoiceCount,
    FieldCounts,
    Summary,
)
from lms.quizzes.queries import (
    InstitutionPlace,
    ModuleFacts,
    QuestionStatistics,
    ResultLine,
    Standing,
    Wanted,
)
from lms.web import current_actor, current_language, send_download
from lms.web.addresses import LARGEST_ID
from lms.web.paging import DEFAULT_LIMIT, PageRequest, encode_cursor

pages = Blueprint("results", __name__, template_folder="../templates")

LONGEST_SEARCH = 200

STANDINGS: Mapping[Standing, str] = {
    Standing.OPEN: N_("Open"),
    Standing.CLOSED: N_("Submitted"),
    Standing.WAITING: N_("To be marked"),
    Standing.TIMED_OUT: N_("Closed by time"),
}
CAUTIONS: Mapping[Caution, str] = {
    Caution.VERY_EASY: N_("Very easy"),
    Caution.VERY_HARD: N_("Very hard"),
    Caution.DOES_NOT_DISCRIMINATE: N_("Does not discriminate"),
}


@pages.app_context_processor
def tell_who_teaches() -> dict[str, Callable[..., bool]]:
    """Let the layout ask whether to lead somebody here."""
    return {"may_teach": policy.may_teach}


def _show_module(module: ModuleFacts) -> dict[str, str]:
    return {"slug": module.slug, "code": module.code, "title": _pick(module.title, module)}


def _pick(texts: Mapping[str, str], module: ModuleFacts) -> str:
    return pick_text(texts, current_language(), module.source_language)


# --- All teaching -------------------------------------------------------------------------------------


@pages.get("/teach")
def show_teaching() -> str:
    """Show the modules whose results one may read, with their quizzes in figures."""
    with reading() as session:
        taught = queries.list_teaching(session, current_actor())
    return render_template(
        "quizzes/results/teaching.html",
        taught=[
            (
                _show_module(one.module),
                [(_pick(quiz.head.title, one.module), quiz) for quiz in one.quizzes],
                one.may_read_bank,
            )
            for one in taught
        ],
    )


# --- The attempts ---------------------------------------------------------------------------------------


@pages.get("/teach/quizzes/<slug>/<key>")
def show_results(slug: str, key: str) -> str:
    """Show the attempts that are asked for: all of them in figures, and page by page."""
    return _render_results(slug, key, request.args)


@pages.post("/teach/quizzes/<slug>/<key>")
def choose_attempts(slug: str, key: str) -> ResponseReturnValue:
    """Show the attempts that the form asks for: at an address of their own, unless it names a person."""
    wanted: dict[str, Any] = _write_wanted(_read_wanted(request.form, with_name=True))
    if "q" in wanted:
        return _render_results(slug, key, request.form, with_name=True)
    return redirect(url_for(".show_results", **wanted, slug=slug, key=key))


def _render_results(
    slug: str, key: str, values: MultiDict[str, str], *, with_name: bool = False
) -> str:
    with reading() as session:
        page = queries.get_results(
            session,
            current_actor(),
            slug,
            key,
            _read_wanted(values, with_name=with_name),
            before_id=_read_cursor(values),
            limit=DEFAULT_LIMIT,
        )
    asked_for = _write_wanted(page.wanted)
    return render_template(
        "quizzes/results/results.html",
        module=_show_module(page.module),
        quiz=_show_quiz(page.quiz, page.module),
        page=page,
        summary=page.summary,
        bands=_show_bands(page.summary),
        lines=[(line, _name_institution(line, page.module)) for line in page.lines],
        asked_for=asked_for,
        older=encode_cursor(page.lines[-1].id) if page.has_more and page.lines else None,
        standings=[(standing.value, _(words)) for standing, words in STANDINGS.items()],
        languages_of_module=_name_languages(page.module),
        places=_name_places(page.institutions, page.module),
    )


def _read_wanted(args: MultiDict[str, str], *, with_name: bool = False) -> Wanted:
    """Return what an address or a form asks for; what it cannot ask for, it does not.

    A name is read from forms alone: addresses are logged and kept, and hold no personal data.
    """
    standing = args.get("state", "")
    institution = args.get("institution", "")
    return Wanted(
        standing=Standing(standing) if standing in set(Standing) else None,
        passed={"yes": True, "no": False}.get(args.get("passed", "")),
        language=args.get("language", ""),
        institution_id=int(institution) if _is_id(institution) else None,
        since=_read_day(args.get("from", "")),
        until=_read_day(args.get("to", "")),
        name=args.get("q", "").strip()[:LONGEST_SEARCH] if with_name else "",
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID))


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _write_wanted(wanted: Wanted) -> dict[str, str]:
    """Return the values that ask for the same again; of a form, if there is a name among them."""
    asked_for = {
        "q": wanted.name,
        "state": wanted.standing.value if wanted.standing else "",
        "passed": {True: "yes", False: "no", None: ""}[wanted.passed],
        "language": wanted.language,
        "institution": str(wanted.institution_id or ""),
        "from": wanted.since.isoformat() if wanted.since else "",
        "to": wanted.until.isoformat() if wanted.until else "",
    }
    return {name: value for name, value in asked_for.items() if value}


def _read_cursor(args: MultiDict[str, str]) -> int | None:
    """Return before which attempt the page begins; a cursor that is none of ours asks for the first page."""
    try:
        asked: dict[str, Any] = PageRequest(only=["cursor"], unknown=EXCLUDE).load(args)
    except ValidationError:
        return None
    place: int | None = asked["cursor"]
    return place


def _show_quiz(quiz: queries.QuizHead, module: ModuleFacts) -> dict[str, Any]:
    return {"key": quiz.key, "title": _pick(quiz.title, module), "is_current": quiz.is_current}


def _show_bands(summary: Summary) -> list[tuple[Fraction, Fraction, int, Fraction, Fraction]]:
    """Return each band: from and up to which score, how many, their share of all, and of the fullest band."""
    count = len(summary.bands)
    return [
        (
            Fraction(at, count),
            Fraction(at + 1, count),
            many,
            Fraction(many, summary.scores or 1),
            Fraction(many, max(summary.bands) or 1),
        )
        for at, many in enumerate(summary.bands)
    ]


def _name_institution(line: ResultLine, module: ModuleFacts) -> str:
    return _pick(line.institution, module) if line.institution else ""


def _name_languages(module: ModuleFacts) -> list[tuple[str, str]]:
    return [(code, INTERFACE_LANGUAGES.get(code, code)) for code in module.languages]


def _name_places(found: Sequence[InstitutionPlace], module: ModuleFacts) -> list[tuple[str, str]]:
    """Return ids and names, each named after what it belongs to, and standing below it."""
    named = [(tuple(_pick(name, module) for name in place.names), place.id) for place in found]
    return [(str(id_), " / ".join(names)) for names, id_ in sorted(named)]


# --- The attempts as a file -------------------------------------------------------------------------------


@pages.get("/teach/quizzes/<slug>/<key>/attempts.csv")
def export_attempts(slug: str, key: str) -> Response:
    """Give all attempts that are asked for as a table for spreadsheets: UTF-8 with its mark, as RFC 4180 has it."""
    return _export(slug, key, _read_wanted(request.args))


@pages.post("/teach/quizzes/<slug>/<key>/attempts.csv")
def export_attempts_of_person(slug: str, key: str) -> Response:
    """Give the same where a name is asked for, which no address holds."""
    return _export(slug, key, _read_wanted(request.form, with_name=True))


def _export(slug: str, key: str, wanted: Wanted) -> Response:
    now = clock.now()
    with reading() as session:
        module, lines = queries.list_results(session, current_actor(), slug, key, wanted)
    content = write_csv(
        [
            _("Record"),
            _("Person"),
            _("Name"),
            _("Institution"),
            _("Attempt"),
            _("State"),
            _("Language"),
            _("Started (UTC)"),
            _("Deadline (UTC)"),
            _("Submitted (UTC)"),
            _("Score"),
            _("Passed"),
        ],
        [
            [
                line.id,
                line.person_id,
                line.name,
                _name_institution(line, module),
                line.number,
                _(STANDINGS[_stand(line)]),
                line.language,
                _write_moment(line.started_at),
                _write_moment(line.deadline_at),
                _write_moment(line.submitted_at),
                "" if line.score is None else f"{line.score.normalize():f}",
                "" if line.passed is None else _("yes") if line.passed else _("no"),
            ]
            for line in lines
        ],
    )
    response = send_download(
        content, f"{module.slug}-{key}-{now:%Y-%m-%d}.csv", "text/csv; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _stand(line: ResultLine) -> Standing:
    if line.submitted_at is None:
        return Standing.OPEN
    if line.is_waiting:
        return Standing.WAITING
    return Standing.TIMED_OUT if line.is_timed_out else Standing.CLOSED


def _write_moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- The questions ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """An answer in the table of those that were given."""

    html: str
    count: int
    share: Fraction
    worth: Fraction | None
    is_former: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A part of the question's form with what was given in it."""

    label_html: str
    is_typed: bool
    choices: Sequence[ChoiceView]
    unanswered: int
    unanswered_share: Fraction


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its figures, in the reader's language where it is asked in it."""

    key: str
    prompt_html: str
    language: str
    versions: Sequence[int]
    figures: Any
    cautions: Sequence[str]
    fields: Sequence[FieldView]


@pages.get("/teach/quizzes/<slug>/<key>/questions")
def show_questions(slug: str, key: str) -> str:
    """Show how each question did, and what was answered."""
    takes_all = request.args.get("attempts") == "all"
    language = request.args.get("language", "")
    actor = current_actor()
    with reading() as session:
        page = queries.get_statistics(
            session, actor, slug, key, first_only=not takes_all, language=language
        )
    return render_template(
        "quizzes/results/questions.html",
        module=_show_module(page.module),
        quiz=_show_quiz(page.quiz, page.module),
        page=page,
        questions=[_show_question(question, page.module) for question in page.questions],
        takes_all=takes_all,
        asked_language=page.language,
        languages_of_module=_name_languages(page.module),
        limits={
            "fewest": FEWEST,
            "very_easy": VERY_EASY,
            "very_hard": VERY_HARD,
            "discrimination": LEAST_DISCRIMINATION,
        },
    )


def _show_question(question: QuestionStatistics, module: ModuleFacts) -> QuestionView:
    prompt = question.wording.rendered["prompt"]
    language = pick_language(prompt, current_language(), module.source_language)
    return QuestionView(
        question.key,
        pick_text(prompt, language),
        language,
        question.versions,
        question.figures,
        [_(CAUTIONS[caution]) for caution in question.figures.cautions],
        [_show_field(field, question, language) for field in question.fields],
    )


def _show_field(field: FieldCounts, question: QuestionStatistics, language: str) -> FieldView:
    asked = question.figures.asked
    return FieldView(
        _in_language(field.label, language),
        field.control is Control.TEXT,
        [
            ChoiceView(
                _show_text(choice, question, language),
                choice.count,
                Fraction(choice.count, asked),
                choice.worth,
                choice.is_former,
            )
            for choice in field.choices
        ],
        field.unanswered,
        Fraction(field.unanswered, asked),
    )


def _show_text(choice: ChoiceCount, question: QuestionStatistics, language: str) -> str:
    """Return an option's text, or what was typed; numbers as the language writes them."""
    if choice.text is not None:
        return _in_language(choice.text, language)
    if question.wording.type == "numerical":
        number = read_number(choice.value, UNDETERMINED)
        if isinstance(number, Fraction):
            return write_number(number, language)
    return str(escape(choice.value))


def _in_language(shown: Shown | None, language: str) -> str:
    if shown is None:
        return ""
    if isinstance(shown, Message):
        return str(_(shown.text, **shown.params))
    return pick_text(shown, language)
