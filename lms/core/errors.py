"""The four families of refusal. `web.refusals` alone knows which HTTP status each one is."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.i18n import N_, Message


class Refusal(Exception):
    """A request that is answered with a reason. Subclasses set `text`, a translatable sentence.

    `fields` names what was wrong in the input: path of the field -> message.
    """

    text = N_("This cannot be done.")

    def __init__(self, fields: Mapping[str, Message] | None = None, **params: object) -> None:
        self.message = Message(self.text, params)
        self.fields: Mapping[str, Message] = fields or {}
        super().__init__(str(self.message))


class NotFound(Refusal):
    """There is no such thing, or the actor may not know that there is."""

    text = N_("There is nothing at this address, or it is not yours to see.")


class NotAllowed(Refusal):
    """The actor may know of the thing but not do this with it."""

    text = N_("Your account does not have the right to do this.")


class SignInRequired(NotAllowed):
    """Only somebody who is signed in may do this."""

    text = N_("Sign in first.")


class Conflict(Refusal):
    """The thing is no longer, or not yet, in a state that allows this."""


class Invalid(Refusal):
    """The input cannot be used; `fields` says where."""

    text = N_("Something in what you sent cannot be used.")


class TooMany(Refusal):
    """The same was asked too often; `retry_after` is in seconds."""

    text = N_("That was too many tries. Please wait a little.")

    def __init__(self, retry_after: int, **params: object) -> None:
        self.retry_after = retry_after
        super().__init__(None, **params)
