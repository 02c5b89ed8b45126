"""The learner's pages: dashboard, module, lesson."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms import catalogue
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.learning import commands, queries
from lms.learning.domain import ActivityState, CertificateStanding, DashboardNotice
from lms.learning.errors import ActivityLocked
from lms.learning.queries import ActivityLine, EnrolmentPage
from lms.learning.standing import find_certificates
from lms.web import current_actor, current_language

# How a kind of activity shows itself to its learner; `lms.app` says which function for which kind.
ActivityPage = Callable[[Session, EnrolmentPage, ActivityLine], ResponseReturnValue]

# What the rooms above have to say to the reader on the dashboard; `lms.app` says who.
DashboardNotices = Callable[[Session], Sequence[DashboardNotice]]

pages = Blueprint("learning", __name__, template_folder="templates")


@pages.get("/my")
def show_dashboard() -> str:
    """List the reader's enrolments with their progress, and what somebody asks of the reader."""
    with reading() as session:
        enrolments = queries.list_enrolments(session, current_actor(), language=current_language())
        list_notices: DashboardNotices = current_app.extensions["dashboard_notices"]
        notices = list_notices(session)
    return render_template("learning/dashboard.html", enrolments=enrolments, notices=notices)


@pages.post("/catalogue/<slug>/enrol")
def enrol(slug: str) -> ResponseReturnValue:
    """Enrol the reader in the module's open edition, or go to the enrolment there is."""
    with unit_of_work() as session:
        enrolled = commands.enrol(
            session, current_actor(), slug, language=current_language(), now=clock.now()
        )
    if enrolled.is_new:
        flash(_("You are enrolled. Good reading!"), "success")
    return redirect(url_for(".show_enrolment", enrolment_id=enrolled.id))


@pages.get("/learn/<int:enrolment_id>")
def show_enrolment(enrolment_id: int) -> str:
    """Show the module with every activity and where the learner stands in it."""
    with reading() as session:
        page = queries.get_enrolment(
            session, current_actor(), enrolment_id, language=current_language(), with_notes=True
        )
        certificates = CertificateStanding()
        if page.took_part or (page.card.completed_at and page.card.is_name_confirmed):
            certificates = find_certificates(
                session, current_actor(), enrolment_id, clock.now().date()
            )
    return render_template(
        "learning/enrolment.html",
        enrolment=page.card,
        sections=page.sections,
        resume=queries.as_link(page.resume),
        is_own=current_actor().is_person(page.facts.person_id),
        took_part=page.took_part,
        certificates=certificates,
    )


@pages.get("/learn/<int:enrolment_id>/resume")
def resume(enrolment_id: int) -> ResponseReturnValue:
    """Go to the first activity that is open and not done, or to the module page."""
    with reading() as session:
        page = queries.get_enrolment(
            session, current_actor(), enrolment_id, language=current_language()
        )
    if page.resume is None:
        return redirect(url_for(".show_enrolment", enrolment_id=enrolment_id))
    return redirect(url_for(".show_activity", enrolment_id=enrolment_id, key=page.resume.key))


@pages.get("/learn/<int:enrolment_id>/<key>")
def show_activity(enrolment_id: int, key: str) -> ResponseReturnValue:
    """Show the activity's page, as its kind shows it; what is locked is told on the module page."""
    with reading() as session:
        page = queries.get_enrolment(
            session, current_actor(), enrolment_id, language=current_language()
        )
        line = page.get_line(key)
        if line.state is ActivityState.LOCKED:
            raise ActivityLocked
        show: ActivityPage = current_app.extensions["activity_pages"][line.kind]
        return show(session, page, line)


def show_lesson(session: Session, page: EnrolmentPage, line: ActivityLine) -> ResponseReturnValue:
    """Show a lesson; reading it writes nothing."""
    lesson = catalogue.get_lesson(session, line.id, language=current_language())
    previous, following = page.neighbours(line.key)
    return render_template(
        "learning/lesson.html",
        enrolment_id=page.card.id,
        module_title=page.card.module_title,
        line=line,
        lesson=lesson,
        is_done=line.state is ActivityState.DONE,
        previous=queries.as_link(previous),
        next=queries.as_link(following),
    )


@pages.post("/learn/<int:enrolment_id>/<key>/completion")
def complete_activity(enrolment_id: int, key: str) -> ResponseReturnValue:
    """Record that the learner has read the lesson, and go on to what comes next."""
    with unit_of_work() as session:
        commands.complete_activity(session, current_actor(), enrolment_id, key, now=clock.now())
        page = queries.get_enrolment(
            session, current_actor(), enrolment_id, language=current_language()
        )
    flash(_("Noted: you have read “%(title)s”.", title=page.get_line(key).title), "success")
    _before, following = page.neighbours(key)
    if following is not None and following.state is ActivityState.OPEN:
        return redirect(url_for(".show_activity", enrolment_id=enrolment_id, key=following.key))
    return redirect(url_for(".show_enrolment", enrolment_id=enrolment_id))
