"""Reminders as the learner meets them: on the dashboard, until they are followed or put away."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import unit_of_work
from lms.core.i18n import pick_text
from lms.learning.domain import DashboardNotice
from lms.officers import commands, queries
from lms.web import current_actor, current_language
from lms.web.formats import as_date

pages = Blueprint("officers_reminders", __name__)


def list_notices(session: Session) -> list[DashboardNotice]:
    """Return what institutions ask of the reader; one query. The dashboard asks it."""
    language = current_language()
    return [
        DashboardNotice(
            _(
                "On %(date)s, %(institution)s asked you to go on with “%(module)s”.",
                date=as_date(one.sent_at),
                institution=pick_text(one.institution, language),
                module=pick_text(one.module_title, language, one.source_language),
            ),
            one.enrolment_id,
            url_for("officers_reminders.dismiss", reminder_id=one.id),
        )
        for one in queries.list_waiting_reminders(session, current_actor())
    ]


@pages.post("/my/reminders/<int:reminder_id>/dismissal")
def dismiss(reminder_id: int) -> ResponseReturnValue:
    """Put a reminder away, and go back to the dashboard."""
    with unit_of_work() as session:
        commands.dismiss_reminder(session, current_actor(), reminder_id, now=clock.now())
    return redirect(url_for("learning.show_dashboard"))
