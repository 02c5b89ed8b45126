"""CSRF: every unsafe request that a cookie identifies must carry a form token."""

from __future__ import annotations

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect

from lms.core import clock
from lms.web.actors import current_actor, is_known_by_cookie
from lms.web.carried import OwnerRequired, carry_form, find_ticket

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# A form filled in under a tree is sent days later; the token is bound to its session anyway.
TOKEN_SECONDS = 7 * 24 * 3600


def setup_form_tokens(app: Flask) -> None:
    """Check the token of pages always, and of the API when the session cookie says who asks."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=TOKEN_SECONDS,
        WTF_CSRF_HEADERS=["X-CSRFToken"],
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def check_token() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return
        if request.path.startswith("/api/") and not is_known_by_cookie():
            return
        ticket = find_ticket()
        if ticket and not current_actor().is_person(ticket.person_id):
            # No token can be right here: the ticket says whose form it is, and nothing is done with it yet.
            raise OwnerRequired(carry_form(ticket, now=clock.now()))
        try:
            csrf.protect()
        except CSRFError:
            if ticket:
                # The owner signed in anew elsewhere: this page's token is of the session before.
                raise OwnerRequired(carry_form(ticket, now=clock.now())) from None
            raise
