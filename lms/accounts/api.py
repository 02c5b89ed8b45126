"""Bearer tokens: making one, and knowing who holds one."""

from __future__ import annotations

from typing import Any

from flask import Request, current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint

from lms.accounts import commands, queries
from lms.accounts.domain import TokenScope
from lms.accounts.errors import PasswordMustChange, TokenTooNarrow, WrongSignIn
from lms.accounts.schemas import TokenReply, TokenRequest
from lms.core import clock
from lms.core.db import reading, unit_of_work
from lms.core.errors import TooMany
from lms.web import SignedIn, must_change_password, token_scopes

api = Blueprint("tokens", __name__, description="Bearer tokens.")

# Tokens are heard below it alone.
API = "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def load_by_request(request: Request) -> SignedIn | None:
    """Return whom the bearer token of an API request stands for, with one query."""
    authorization = request.authorization
    if not request.path.startswith(API) or not authorization or not authorization.token:
        return None
    if authorization.type != "bearer":
        return None
    with reading() as session:
        known = queries.find_actor_by_token(session, authorization.token, now=clock.now())
    if known is None:
        return None
    return SignedIn(
        known.actor,
        known.session_key,
        known.token_scopes,
        must_change_password=known.must_change_password,
    )


def check_token_scope() -> None:
    """Refuse what the token at hand was not made for; `lms.app` asks before each request.

    Who came with a password from a slip of paper changes it first, by token or by cookie.
    """
    if not request.path.startswith(API):
        return
    if must_change_password():
        raise PasswordMustChange
    scopes = token_scopes()
    needed = TokenScope.READ if request.method in SAFE_METHODS else TokenScope.WRITE
    if scopes is not None and needed not in scopes:
        raise TokenTooNarrow(scope=needed)


@api.route("/tokens")
class Tokens(MethodView):
    @api.arguments(TokenRequest)
    @api.response(201, TokenReply)
    @api.doc(operationId="createToken", security=[])
    def post(self, data: dict[str, Any]) -> tuple[commands.NewToken, int, dict[str, str]]:
        """Make a token with an e-mail address or user name and a password."""
        now = clock.now()
        with unit_of_work() as session:
            result = commands.sign_in(
                session,
                data["login"],
                data["password"],
                request.remote_addr or "",
                pepper=current_app.extensions["config"].secret_key,
                now=now,
            )
            if result.must_change_password:
                raise PasswordMustChange
            if result.person_id is not None:
                token = commands.create_token(
                    session, result.person_id, data["name"], data["scopes"], now=now
                )
                return token, 201, {"Cache-Control": "no-store"}
        # The failed try is kept by now, so it may be refused.
        if result.wait_seconds:
            raise TooMany(result.wait_seconds)
        raise WrongSignIn
