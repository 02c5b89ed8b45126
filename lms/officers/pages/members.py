"""The people of a place: the list, one of them, and what can be done for those who are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import pick_text
from lms.core.spreadsheets import write_csv
from lms.officers import commands, queries
from lms.officers.domain import PeopleWanted, Sort
from lms.officers.pages.desk import CSV, keep_private
from lms.officers.pages.frame import render_desk
from lms.officers.queries import OpenEnrolment, PersonLine, Stay
from lms.officers.views import (
    CERTIFICATE_STATES,
    PHASES,
    SORTS,
    STANDINGS,
    list_words,
    name_editions,
    name_modules,
    read_chosen,
    read_wanted,
    write_wanted,
)
from lms.web import current_actor, current_language, send_download

pages = Blueprint("officers_members", __name__)


# --- The list ---------------------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/people")
def list_people(institution_id: int) -> str:
    """List the people who are asked for, once each."""
    return _render_people(institution_id, read_wanted(request.args))


@pages.post("/institution/<int:institution_id>/people")
def choose_people(institution_id: int) -> ResponseReturnValue:
    """List those for whom the form asks: at an address of their own, unless it holds a name."""
    wanted = read_wanted(request.form, with_name=True)
    if wanted.name:
        return _render_people(institution_id, wanted)
    values: dict[str, Any] = write_wanted(wanted)
    return redirect(url_for(".list_people", **values, institution_id=institution_id))


def _render_people(institution_id: int, wanted: PeopleWanted) -> str:
    language = current_language()
    with reading() as session:
        page = queries.get_people(session, current_actor(), institution_id, wanted, now=clock.now())
    return render_desk(
        "officers/people.html",
        page.place,
        page=page,
        lines=[(line, _name_stays(line.stays, language)) for line in page.lines],
        asked_for=write_wanted(page.wanted),
        is_sorted=page.wanted.sort is not Sort.NAME,
        branches=[
            (str(branch.id), "– " * branch.depth + pick_text(branch.name, language))
            for branch in page.branches
        ],
        modules=name_modules(page.modules),
        editions=name_editions(page.modules),
        standings=list_words(STANDINGS),
        sorts=list_words(SORTS),
        phases=dict(list_words(PHASES)),
        certificate_states=dict(list_words(CERTIFICATE_STATES)),
    )


def _name_stays(stays: Sequence[Stay], language: str) -> list[tuple[str, str, Stay]]:
    """Return each place with what it and the seat are called."""
    return [
        (pick_text(stay.institution, language), pick_text(stay.member_type or {}, language), stay)
        for stay in stays
    ]


# --- The list as a file -----------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/people.csv")
def export_people(institution_id: int) -> Response:
    """Give all who are asked for as a table for spreadsheets."""
    return _export(institution_id, read_wanted(request.args))


@pages.post("/institution/<int:institution_id>/people.csv")
def export_people_by_name(institution_id: int) -> Response:
    """Give the same where a name is asked for, which no address holds."""
    return _export(institution_id, read_wanted(request.form, with_name=True))


def _export(institution_id: int, wanted: PeopleWanted) -> Response:
    now, language = clock.now(), current_language()
    with reading() as session:
        page = queries.list_people(session, current_actor(), institution_id, wanted, now=now)
    phases = dict(list_words(PHASES))
    states = dict(list_words(CERTIFICATE_STATES))
    headings = [
        _("Person"),
        _("Name"),
        _("Institution"),
        _("Type of member"),
        _("Member since"),
        _("Member until"),
        _("Module"),
        _("State"),
        _("Enrolments"),
        _("Completed"),
        _("Progress in percent"),
        _("Last activity (UTC)"),
        _("Certificates"),
        _("State of the certificates"),
    ]
    rows = (_write_line(line, wanted.module, language, phases, states) for line in page.lines)
    content = write_csv(headings, rows)
    return keep_private(send_download(content, f"people-{institution_id}-{now:%Y-%m-%d}.csv", CSV))


def _write_line(
    line: PersonLine,
    module: str,
    language: str,
    phases: Mapping[str, str],
    states: Mapping[str, str],
) -> list[object]:
    stays = _name_stays(line.stays, language)
    return [
        line.id,
        line.name,
        " · ".join(name for name, _type, _stay in stays),
        " · ".join(type_ for _name, type_, _stay in stays if type_),
        " · ".join(stay.started_on.isoformat() for stay in line.stays),
        " · ".join(stay.ended_on.isoformat() for stay in line.stays if stay.ended_on),
        module,
        phases[line.way.phase.value],
        line.way.enrolled,
        line.way.completed,
        round(line.way.progress * 100) if line.way.enrolled else "",
        _write_moment(line.way.last_active_at if line.way.has_begun else None),
        " · ".join(one.number for one in line.certificates),
        " · ".join(states[one.state.value] for one in line.certificates),
    ]


def _write_moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


# --- One person -------------------------------------------------------------------------------------------


@pages.get("/institution/<int:institution_id>/people/<int:person_id>")
def show_person(institution_id: int, person_id: int) -> str:
    """Show what of one person belongs to the institution."""
    now, language = clock.now(), current_language()
    with reading() as session:
        page = queries.get_person(session, current_actor(), institution_id, person_id, now=now)
    return render_desk(
        "officers/person.html",
        page.place,
        page=page,
        stays=_name_stays(page.stays, language),
        enrolments=[
            (
                pick_text(line.module_title, language, line.source_language),
                pick_text(line.institution, language),
                line,
            )
            for line in page.enrolments
        ],
        certificates=[
            (
                view,
                pick_text(view.module_title, language),
                view.state_on(now.date()).value,
                [(code, view.find_document(code) is not None) for code in view.languages],
            )
            for view in page.certificates
        ],
        editions=name_editions(page.modules),
        phases=dict(list_words(PHASES)),
        certificate_states=dict(list_words(CERTIFICATE_STATES)),
    )


# --- What can be done -------------------------------------------------------------------------------------


@pages.post("/institution/<int:institution_id>/enrolments")
def enrol(institution_id: int) -> str:
    """Enrol those who are chosen, and tell what became of each."""
    slug, _slash, edition = request.form.get("into", "").partition("/")
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        report = commands.enrol_people(
            session,
            actor,
            institution_id,
            read_chosen(request.form),
            slug,
            edition or None,
            language=current_language(),
            now=now,
        )
        place = queries.get_place(session, actor, institution_id)
        modules = queries.list_module_choices(session)
    words = dict(name_editions(modules))
    key = f"{slug}/{edition}" if edition else f"{slug}/open"
    return render_desk(
        "officers/enrolled.html", place, report=report, module_title=words.get(key, slug)
    )


@pages.post("/institution/<int:institution_id>/reminders")
def remind(institution_id: int) -> str:
    """Remind those who are chosen, and tell what became of each."""
    actor, now = current_actor(), clock.now()
    with unit_of_work() as session:
        report = commands.remind_people(
            session,
            actor,
            institution_id,
            read_chosen(request.form),
            request.form.get("module", ""),
            now=now,
        )
        place = queries.get_place(session, actor, institution_id)
    return render_desk(
        "officers/reminded.html",
        place,
        report=report,
        reminded=[(person, _name_module(one)) for person, one in report.reminded],
        recent=[(person, _name_module(one), one) for person, one in report.recent],
    )


def _name_module(enrolment: OpenEnrolment) -> str:
    return pick_text(enrolment.module_title, current_language(), enrolment.source_language)
