"""The page where anybody checks a file. Nothing of it is kept."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from lms.core import clock
from lms.core.db import reading
from lms.credentials import queries
from lms.credentials.domain import FileState
from lms.credentials.pages.verification import describe_result

pages = Blueprint("certificate_files", __name__)


@pages.post("/verify/file")
def check_file() -> ResponseReturnValue:
    """Say whether the file is one that we issued, and what it is worth."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return _ask_again(_("Choose a file first."), 422)
    content = upload.read()
    with reading() as session:
        found = queries.check_file(session, content, day=clock.now().date())
    if found.state is FileState.EMPTY:
        return _ask_again(
            _("The file is empty. Download or copy it again, and try once more."), 422
        )
    if found.state is FileState.NOT_PDF:
        return _ask_again(
            _("The file is not a PDF. For a photo or a paper, type the code that stands on it."),
            422,
        )
    if found.credential is None:
        return render_template("credentials/file.html", state=found.state)
    return render_template(
        "credentials/verify.html",
        result=describe_result(found.credential),
        printed=None,
        is_from_file=True,
    )


@pages.get("/verify/file")
def ask_for_file() -> ResponseReturnValue:
    """Lead to the form: whoever comes back to this address has no file with them."""
    return redirect(url_for("credentials.look_up"))


@pages.errorhandler(413)
def refuse_large_file(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say so at the form; none of the file was read."""
    return _ask_again(
        _("The file is larger than 1 MB. No certificate of this service is so large."), 413
    )


def _ask_again(error: str, status: int) -> ResponseReturnValue:
    page = render_template("credentials/look_up.html", code="", error=None, file_error=error)
    return page, status
