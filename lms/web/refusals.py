"""One page, and one problem+json, for every refusal: the only place that knows HTTP statuses."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from lms.core.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
    SignInRequired,
    TooMany,
)
from lms.core.i18n import N_
from lms.web.formats import as_sentence
from lms.web.validation_messages import translate_validation

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"

STATUS_OF: Mapping[type[Refusal], int] = {
    NotFound: 404,
    SignInRequired: 401,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
}

# What the page says where the refusal itself says no more: title, explanation, advice.
WORDS: Mapping[int, tuple[str, str, str]] = {
    400: (
        N_("This request could not be read"),
        N_("Something was missing or broken on the way."),
        N_("Go back, reload the page and try again."),
    ),
    401: (
        N_("Sign in first"),
        N_("This page is for people who are signed in."),
        N_("Sign in, and you will come back here."),
    ),
    403: (
        N_("Not with this account"),
        N_("Your account does not have the right to do this."),
        N_("If you think it should, ask your administrator."),
    ),
    404: (
        N_("Nothing here"),
        N_("There is nothing at this address, or it is not yours to see."),
        N_("Check the address, or start again from the catalogue."),
    ),
    405: (
        N_("Not in this way"),
        N_("This address exists, but cannot be used like that."),
        N_("Go back and use the buttons of the page."),
    ),
    409: (
        N_("Not any more, or not yet"),
        N_("The state of things has changed meanwhile."),
        N_("Go back, reload the page and look at its present state."),
    ),
    413: (
        N_("Too large"),
        N_("What you sent is larger than this service takes."),
        N_("Send less at a time."),
    ),
    416: (
        N_("Not this part of the file"),
        N_("The file ends before the part that was asked for."),
        N_("Download the file again from its beginning."),
    ),
    422: (
        N_("Something cannot be used"),
        N_("Something in what you sent cannot be used."),
        N_("Go back, correct it and send it again."),
    ),
    429: (
        N_("Too many tries"),
        N_("That was too many tries. Please wait a little."),
        N_("Try again in a few minutes."),
    ),
    500: (
        N_("Our mistake"),
        N_("Something went wrong on our side. It has been noted."),
        N_("Try again; what was saved before is safe."),
    ),
    503: (
        N_("Busy for a moment"),
        N_("The service cannot answer just now."),
        N_("Wait a few seconds and reload the page; what was saved before is safe."),
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal as the reader gets it; `fields` maps a path such as `saves.0.slot` to a message."""

    status: int
    explanation: str
    fields: Mapping[str, str]
    headers: Mapping[str, str]


def is_api() -> bool:
    """Return whether the request came for the API."""
    return request.path.startswith("/api/")


def setup_refusals(app: Flask) -> None:
    """Answer refusals, HTTP errors and accidents in one shape."""
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(CSRFError, _on_form_token)
    app.register_error_handler(OperationalError, _on_busy)
    app.register_error_handler(PoolTimeoutError, _on_busy)
    app.register_error_handler(Exception, _on_accident)


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of the family that `refusal` belongs to."""
    return next(status for family, status in STATUS_OF.items() if isinstance(refusal, family))


def _on_refusal(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, SignInRequired) and not is_api() and request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
    fields = {path: as_sentence(message) for path, message in refusal.fields.items()}
    return _answer(Answer(status_of(refusal), as_sentence(refusal.message), fields, headers))


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    data: Any = getattr(error, "data", None) or {}
    headers = {
        name: value
        for name, value in error.get_headers()
        if name in {"Allow", "Content-Range", "Retry-After"}
    }
    fields = dict(_flatten(data.get("messages", {})))
    status = error.code if error.code in WORDS else 400 if error.code < 500 else 500
    return _answer(Answer(status, _(WORDS[status][1]), fields, headers))


def _on_form_token(error: CSRFError) -> ResponseReturnValue:
    explanation = _(
        "This form is too old, or was made for another session, so it was not accepted. "
        "Nothing was changed."
    )
    return _answer(Answer(400, explanation, {}, {}))


def _on_busy(error: Exception) -> ResponseReturnValue:
    log.error("database unavailable: %s", type(error).__name__, exc_info=error)
    g.without_actor = True
    return _answer(Answer(503, _(WORDS[503][1]), {}, {"Retry-After": "5"}))


def _on_accident(error: Exception) -> ResponseReturnValue:
    _note(error)
    g.without_actor = True
    return _answer(Answer(500, _(WORDS[500][1]), {}, {}))


def _note(error: Exception) -> None:
    """Log an accident and where it happened, without what the database quotes of people's data."""
    name = type(error).__name__
    if isinstance(error, DBAPIError):
        place = "".join(traceback.format_tb(error.__traceback__))
        log.error("unexpected %s at %s (%s)\n%s", name, request.endpoint, type(error.orig), place)
    else:
        log.error("unexpected %s at %s", name, request.endpoint, exc_info=error)


def _flatten(messages: Any, path: str = "") -> list[tuple[str, str]]:
    """Turn marshmallow's nested messages into pairs of path and sentence."""
    if isinstance(messages, Mapping):
        found = []
        for key, value in messages.items():
            # webargs puts the place ("json", "query") first; the reader knows where it was.
            below = path if not path and key in {"json", "query", "files"} else f"{path}.{key}"
            found += _flatten(value, below.lstrip("."))
        return found
    if isinstance(messages, (list, tuple)):
        return [
            (path or "body", " ".join(translate_validation(str(message)) for message in messages))
        ]
    return [(path or "body", translate_validation(str(messages)))]


def _answer(answer: Answer) -> Response:
    title, _explanation, advice = WORDS[answer.status]
    if is_api():
        response = jsonify(
            type="about:blank",
            title=_(title),
            status=answer.status,
            detail=answer.explanation,
            fields=answer.fields,
        )
        response.content_type = PROBLEM_TYPE
    else:
        page = render_template(
            "web/refusal.html",
            status=answer.status,
            title=_(title),
            explanation=answer.explanation,
            fields=answer.fields,
            advice=_(advice),
        )
        response = Response(page, content_type="text/html; charset=utf-8")
    response.status_code = answer.status
    if answer.status == 401 and is_api():
        response.headers["WWW-Authenticate"] = "Bearer"
    response.headers.extend(dict(answer.headers))
    return response
