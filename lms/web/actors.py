"""The current actor. `accounts` tells how to load one; every edge asks here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Request, session
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user, login_user
from flask_login import logout_user as end_login

from lms.core.permissions import NOBODY, Actor


class SignedIn(UserMixin):
    """What Flask-Login carries: the actor, the key that its session cookie holds, and a token's scopes.

    Who `must_change_password` may do nothing else yet.
    """

    def __init__(
        self,
        actor: Actor,
        session_key: str,
        token_scopes: frozenset[str] | None = None,
        *,
        must_change_password: bool = False,
    ) -> None:
        self.actor = actor
        self.session_key = session_key
        self.token_scopes = token_scopes
        self.must_change_password = must_change_password

    def get_id(self) -> str:
        return self.session_key


class Anonymous(AnonymousUserMixin):
    """Nobody in particular."""

    actor = NOBODY
    token_scopes = None
    must_change_password = False


def current_actor() -> Actor:
    """Return who asks; loaded once a request, with one query."""
    actor: Actor = current_user.actor
    return actor


def is_known_by_cookie() -> bool:
    """Return whether the session cookie says who asks, so that a form token is needed."""
    return current_user.is_authenticated and current_user.token_scopes is None


def has_session() -> bool:
    """Return whether the session cookie names somebody; asks no database, so it holds in an error page, too."""
    return "_user_id" in session


def token_scopes() -> frozenset[str] | None:
    """Return the scopes of the bearer token that says who asks; None without one."""
    scopes: frozenset[str] | None = current_user.token_scopes
    return scopes


def must_change_password() -> bool:
    """Return whether who asks came with a password from a slip of paper, and may do nothing but change it."""
    flag: bool = current_user.must_change_password
    return flag


def remember_person(person: SignedIn) -> None:
    """Sign `person` in, in a session of its own: nothing of the earlier session survives."""
    session.clear()
    session.permanent = True
    login_user(person)


def forget_person() -> None:
    """Sign the current person out and drop the session."""
    end_login()
    session.clear()


def make_login_manager(
    load_by_session: Callable[[str], SignedIn | None],
    load_by_request: Callable[[Request], SignedIn | None],
) -> LoginManager:
    """Return Flask-Login set up with the two ways to be known: session cookie, bearer token."""
    manager = LoginManager()
    manager.anonymous_user = Anonymous
    # A phone changes its address with every mast; the session is bound to its cookie alone.
    manager.session_protection = None
    manager.user_loader(load_by_session)
    loader: Any = manager.request_loader
    loader(load_by_request)
    return manager
