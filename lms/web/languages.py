"""The interface's language: `?lang=`, remembered in a cookie; else the person's; else the browser's."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import get_locale

from lms.core.i18n import DEFAULT_LANGUAGE, INTERFACE_LANGUAGES
from lms.web.actors import current_actor

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


def choose_language() -> str:
    """Return the code of the language for the current request."""
    for code in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if code and code in INTERFACE_LANGUAGES:
            return code
    # An error page may be needed exactly because the person could not be loaded.
    preferred = None if g.get("without_actor") else current_actor().language
    if preferred and preferred in INTERFACE_LANGUAGES:
        return preferred
    return request.accept_languages.best_match(list(INTERFACE_LANGUAGES)) or DEFAULT_LANGUAGE


def current_language() -> str:
    """Return the code of the language that the reader sees now."""
    locale = get_locale()
    return locale.language if locale else DEFAULT_LANGUAGE


def remember_language(response: Response) -> Response:
    """Keep what `?lang=` chose, in a cookie that holds the code alone."""
    code = request.args.get("lang")
    if code and code in INTERFACE_LANGUAGES and request.cookies.get(COOKIE) != code:
        response.set_cookie(
            COOKIE, code, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True,
            secure=current_app.extensions["config"].is_https,
        )  # fmt: skip
    return response


def language_url(code: str) -> str:
    """Return the current address in the language `code`."""
    if request.endpoint is None or request.method != "GET":
        return "/?lang=" + code
    # A query is the reader's to write: as arguments of `url_for` it could name another site.
    path = url_for(request.endpoint, **(request.view_args or {}))
    return f"{path}?{urlencode({**request.args.to_dict(), 'lang': code})}"


def setup_languages(app: Flask) -> None:
    """Hear `?lang=` on every page."""
    app.after_request(remember_language)
