"""Puts the glue on an application, in the order that it needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Request
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.web.actors import SignedIn, make_login_manager
from lms.web.addresses import IdConverter
from lms.web.form_tokens import setup_form_tokens
from lms.web.formats import setup_formats
from lms.web.headers import setup_compression, setup_headers
from lms.web.languages import choose_language, setup_languages
from lms.web.readable import setup_readable
from lms.web.refusals import setup_refusals

ONE_MEBIBYTE = 1024 * 1024
TWO_WEEKS = 14 * 24 * 3600
ONE_YEAR = 365 * 24 * 3600


def setup(
    app: Flask,
    *,
    translations: Path,
    load_by_session: Callable[[str], SignedIn | None],
    load_by_request: Callable[[Request], SignedIn | None],
) -> None:
    """Make `app` know its reader, language, form tokens, headers and refusals."""
    config = app.extensions["config"]
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=ONE_MEBIBYTE,
        MAX_FORM_MEMORY_SIZE=ONE_MEBIBYTE,
        PERMANENT_SESSION_LIFETIME=TWO_WEEKS,
        SESSION_REFRESH_EACH_REQUEST=False,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.is_https,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_LEVEL=6,
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=600,
        BABEL_TRANSLATION_DIRECTORIES=str(translations),
        BABEL_DEFAULT_LOCALE="en",
    )
    app.url_map.converters["int"] = IdConverter
    login_manager = make_login_manager(load_by_session, load_by_request)
    # Its context processor would ask for the person again on the page that says that it failed.
    login_manager.init_app(app, add_context_processor=False)
    Babel(app, locale_selector=choose_language)
    setup_formats(app)
    setup_languages(app)
    setup_readable(app)
    setup_form_tokens(app)
    setup_headers(app)
    setup_refusals(app)
    setup_compression(app)
    if config.trusted_proxies:
        # Else every reader would have the proxy's address, and share its limits.
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # as its documentation has it
