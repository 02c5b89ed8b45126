"""The reader's transcript: a page, and a document that is made when it is asked for."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import jobs
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.i18n import INTERFACE_LANGUAGES, pick_language
from lms.credentials import commands, queries
from lms.web import current_actor, current_language, send_stored

pages = Blueprint("transcripts", __name__)

# How long a page waits before it looks again for a document that is being made.
SECONDS_BETWEEN_LOOKS = 2


@pages.get("/my/transcript")
def show() -> str:
    """Show every module that the reader began, with what came of it and the hours."""
    today = clock.now().date()
    with reading() as session:
        transcript = queries.get_transcript(
            session, current_actor(), language=current_language(), as_of=today
        )
    return render_template("credentials/transcript.html", transcript=transcript, today=today)


@pages.post("/my/transcript/documents")
def make() -> ResponseReturnValue:
    """Ask for the transcript as a PDF in the language that was chosen."""
    language = pick_language(
        INTERFACE_LANGUAGES, request.form.get("language", ""), current_language()
    )
    with unit_of_work() as session:
        job_id = commands.ask_for_transcript(
            session, current_actor(), language=language, now=clock.now()
        )
    return redirect(url_for(".show_document", job_id=job_id))


@pages.get("/my/transcript/documents/<uuid:job_id>")
def show_document(job_id: UUID) -> ResponseReturnValue:
    """Show how far the document is, and where it can be fetched."""
    with reading() as session:
        job = jobs.get_job(session, current_actor(), str(job_id))
    page = Response(render_template("credentials/transcript_document.html", job=job))
    if job.state in {jobs.JobState.WAITING, jobs.JobState.RUNNING}:
        page.headers["Refresh"] = str(SECONDS_BETWEEN_LOOKS)
    return page


@pages.get("/my/transcript/documents/<uuid:job_id>/file")
def download(job_id: UUID) -> ResponseReturnValue:
    """Send the document."""
    with reading() as session:
        file = jobs.get_file(session, current_actor(), str(job_id))
    return send_stored(file.key, file.name, file.media_type, file.sha256)
