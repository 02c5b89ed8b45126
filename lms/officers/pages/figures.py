"""Figures of an institution, each with its rows: on a page, as a file that gives nobody away, and opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.domain import AgeBand, Sex
from lms.core import clock
from lms.core.db import reading
from lms.core.errors import NotFound
from lms.core.i18n import N_, format_locale, pick_text
from lms.core.spreadsheets import write_csv
from lms.officers import policy, queries
from lms.officers.domain import ACTIVE_FOR, NOT_STATED, PERSONAL, Dimension, Measure, release
from lms.officers.queries import Figures
from lms.web import current_actor, current_language, send_download

pages = Blueprint("figures", __name__)

PEOPLE_ON_A_PAGE = 100

MEASURES: Mapping[Measure, str] = {
    Measure.ENROLLED: N_("Enrolled"),
    Measure.ACTIVE: N_("Active"),
    Measure.COMPLETED: N_("Completed"),
    Measure.CERTIFIED: N_("Certified"),
}
TABLES: Mapping[Dimension, str] = {
    Dimension.BRANCH: N_("By branch"),
    Dimension.MODULE: N_("By module"),
    Dimension.MONTH: N_("By month"),
    Dimension.SEX: N_("By sex"),
    Dimension.AGE: N_("By age"),
}
HEADINGS: Mapping[Dimension, str] = {
    Dimension.BRANCH: N_("Branch"),
    Dimension.MODULE: N_("Module"),
    Dimension.MONTH: N_("Month"),
    Dimension.SEX: N_("Sex"),
    Dimension.AGE: N_("Age"),
}
SEXES: Mapping[str, str] = {
    Sex.FEMALE: N_("Women"),
    Sex.MALE: N_("Men"),
    Sex.OTHER: N_("Other"),
    NOT_STATED: N_("Not stated"),
}
AGES: Mapping[str, str] = {
    AgeBand.UNDER_25: N_("Under 25"),
    AgeBand.FROM_25: N_("25 to 34"),
    AgeBand.FROM_35: N_("35 to 44"),
    AgeBand.FROM_45: N_("45 to 54"),
    AgeBand.FROM_55: N_("55 to 64"),
    AgeBand.FROM_65: N_("65 and over"),
    NOT_STATED: N_("Not stated"),
}
# What stands where a number is hidden.
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table in the reader's language: lines of (key, words, counts), in the order of the words or of their sense."""

    dimension: Dimension
    title: str
    heading: str
    lines: list[tuple[str, str, Any]]
    # Whether the reader may see who is behind a number.
    may_open: bool


@pages.get("/institution/<int:institution_id>/figures")
def show_figures(institution_id: int) -> str:
    """Show how many people are enrolled, active, done and certified, by branch, module, month, sex and age."""
    figures = _get_figures(institution_id)
    may_open_personal = policy.may_read_personal(current_actor(), figures.scopes)
    language = current_language()
    return render_template(
        "officers/figures.html",
        place={"id": institution_id, "name": pick_text(figures.name, language)},
        as_of=figures.as_of,
        total=figures.total,
        measures=[(measure, _(words)) for measure, words in MEASURES.items()],
        tables=[
            TableShown(
                dimension,
                _(title),
                _(HEADINGS[dimension]),
                _name_lines(figures, dimension, language),
                dimension not in PERSONAL or may_open_personal,
            )
            for dimension, title in TABLES.items()
        ],
        modules=[
            (module.slug, f"{module.code} {pick_text(module.title, language)}")
            for module in figures.modules.values()
        ],
        module=request.args.get("module", ""),
        active_days=ACTIVE_FOR.days,
        smallest=current_app.extensions["config"].smallest_cell,
    )


@pages.get("/institution/<int:institution_id>/figures.csv")
def export_figures(institution_id: int) -> ResponseReturnValue:
    """Give the tables of all modules as a file to pass on: what would give somebody away is hidden.

    There is no file of one module: two files, one taken from the other, would tell what each hides.
    """
    with reading() as session:
        figures = queries.get_figures(
            session, current_actor(), institution_id, as_of=clock.now().date()
        )
    smallest = current_app.extensions["config"].smallest_cell
    language = current_language()
    rows: list[list[object]] = []
    everybody = release([], figures.total, smallest=smallest).total
    rows.append([_("Everybody"), "", *_cells(everybody)])
    for dimension in TABLES:
        words = {key: named for key, named, _counts in _name_lines(figures, dimension, language)}
        released = dict(release(figures.table(dimension), figures.total, smallest=smallest).lines)
        rows += [
            [_(HEADINGS[dimension]), named, *_cells(released[key])] for key, named in words.items()
        ]
    rows.append(
        [
            _("Note"),
            _(
                "State of %(date)s. People are counted once in each number. %(hidden)s: hidden, so that no "
                "number under %(smallest)s can be read or worked out.",
                date=figures.as_of.isoformat(),
                hidden=HIDDEN,
                smallest=smallest,
            ),
        ]
    )
    content = write_csv([_("Table"), _("Row"), *(_(words) for words in MEASURES.values())], rows)
    name = f"figures-{institution_id}-{figures.as_of.isoformat()}.csv"
    return send_download(content, name, "text/csv; charset=utf-8")


@pages.get("/institution/<int:institution_id>/figures/people")
def show_counted(institution_id: int) -> str:
    """Show who is behind a number."""
    measure, dimension, key = _read_number()
    figures = _get_figures(institution_id)
    with reading() as session:
        counted = queries.list_counted(
            session, current_actor(), figures, measure, dimension=dimension, key=key
        )
    language = current_language()
    start = max(request.args.get("from", 0, type=int), 0)
    return render_template(
        "officers/counted.html",
        place={"id": institution_id, "name": pick_text(figures.name, language)},
        as_of=figures.as_of,
        measure=_(MEASURES[measure]),
        row=_name_row(figures, dimension, key, language) if dimension else "",
        count=len(counted),
        start=start,
        people=[
            {
                "id": person.person_id,
                "name": person.name,
                "enrolments": [
                    {
                        "branch": pick_text(figures.branches[fact.branch_id], language),
                        "module": figures.modules[fact.module_id].code,
                        "enrolled_on": fact.enrolled_on,
                        "last_active_on": fact.last_active_on,
                        "completed_on": fact.completed_on,
                        "certified_on": fact.certified_on,
                    }
                    for fact in person.facts
                ],
            }
            for person in counted[start : start + PEOPLE_ON_A_PAGE]
        ],
        before=_page_url(start - PEOPLE_ON_A_PAGE) if start else None,
        after=_page_url(start + PEOPLE_ON_A_PAGE)
        if start + PEOPLE_ON_A_PAGE < len(counted)
        else None,
    )


def _get_figures(institution_id: int) -> Figures:
    with reading() as session:
        return queries.get_figures(
            session,
            current_actor(),
            institution_id,
            module=request.args.get("module") or None,
            as_of=clock.now().date(),
        )


def _read_number() -> tuple[Measure, Dimension | None, str]:
    """Return which number the address names; raises `NotFound` for one that is on no page."""
    by = request.args.get("by", "")
    try:
        measure = Measure(request.args.get("measure", ""))
        return measure, Dimension(by) if by else None, request.args.get("row", "")
    except ValueError:
        raise NotFound from None


def _page_url(start: int) -> str:
    number = {
        name: request.args[name]
        for name in ("measure", "by", "row", "module")
        if name in request.args
    }
    path = url_for(".show_counted", **(request.view_args or {}))
    return f"{path}?{urlencode({**number, 'from': max(start, 0)})}"


def _name_row(figures: Figures, dimension: Dimension, key: str, language: str) -> str:
    named = {at: words for at, words, _counts in _name_lines(figures, dimension, language)}
    return f"{_(HEADINGS[dimension])}: {named[key]}" if key in named else ""


def _name_lines(
    figures: Figures, dimension: Dimension, language: str
) -> list[tuple[str, str, Any]]:
    """Return key, words and counts of each line, in the order in which a reader looks for them."""
    lines = {line.key: line.counts for line in figures.table(dimension)}
    match dimension:
        case Dimension.BRANCH:
            words = {str(id): pick_text(name, language) for id, name in figures.branches.items()}
            # The institution's own people first, then the branches by name.
            own = str(figures.institution_id)
            order = sorted(words, key=lambda key: (key != own, words[key].casefold()))
            words[own] = _("%(name)s itself", name=words[own])
        case Dimension.MODULE:
            words = {
                str(
                    id
                ): f"{module.code} {pick_text(module.title, language, module.source_language)}"
                for id, module in figures.modules.items()
            }
            order = list(words)
        case Dimension.MONTH:
            words = {key: _name_month(key, language) for key in lines}
            order = sorted(lines, reverse=True)
        case Dimension.SEX:
            words = {key: _(text) for key, text in SEXES.items()}
            order = list(SEXES)
        case Dimension.AGE:
            words = {key: _(text) for key, text in AGES.items()}
            order = list(AGES)
    return [(key, words[key], lines[key]) for key in order if key in lines]


def _name_month(key: str, language: str) -> str:
    year, month = key.split("-")
    day = date(int(year), int(month), 1)
    named: str = format_date(day, "LLLL y", locale=format_locale(language))
    return named[:1].upper() + named[1:]


def _cells(cells: Mapping[Measure, int | None]) -> list[object]:
    return [HIDDEN if cells[measure] is None else cells[measure] for measure in Measure]
