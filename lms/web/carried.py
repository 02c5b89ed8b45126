"""Work carried over a sign-in: what a page sends after its session ended waits, sealed, for its owner.

A page made for somebody holds a ticket (`issue_ticket`) in its hidden field `carried_ticket`, and the view that it
is sent to is marked with `carries`. Where that form comes from nobody, or from somebody else, `form_tokens` raises
`OwnerRequired`. `accounts` answers with the sign-in and the whole form sealed in it, and gives it to the kind's
handler after the sign-in. Nothing is kept on the server meanwhile.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from lms.core.errors import SignInRequired
from lms.core.permissions import Actor
from lms.web.actors import current_actor
from lms.web.languages import current_language

TICKET_FIELD = "carried_ticket"
CARRIED_FIELD = "carried"

# As long as a form token: for a ticket from when the page was made, for what is sealed from then on.
CARRIED_SECONDS = 7 * 24 * 3600

# The sealed form is sent once more with the sign-in, and must fit into that request.
MOST_SEALED = 512 * 1024

# Whoever changes the fields of `Ticket` or `Carried` changes the label: what is of an older form is then unreadable.
TICKET_SALT = "carried-ticket-1"
SEAL_LABEL = b"scrutin carried work 1"

MARK = "carries"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whose page it is, what it is about, and the language that it was shown in."""

    kind: str
    subject: str
    person_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Carried:
    """A form that waits for its owner.

    Kind, subject, person and language are the ticket's, so the server's own word. Path and fields are what a
    browser sent: nothing says yet that the owner wrote them.
    """

    kind: str
    subject: str
    person_id: int
    language: str
    path: str
    fields: tuple[tuple[str, str], ...]
    sent_at: datetime

    def __post_init__(self) -> None:
        if not self.kind or not self.path.startswith("/"):
            raise ValueError("what is carried has a kind and was sent to a path")
        if self.sent_at.tzinfo is None:
            raise ValueError("the moment of sending needs a time zone")

    @property
    def form(self) -> MultiDict[str, str]:
        """The fields as `request.form` had them, without form token and ticket."""
        return MultiDict(self.fields)


@dataclass(frozen=True, slots=True)
class CarriedHandler:
    """What a room does with carried forms of one kind. Each opens a unit of work of its own, as an edge.

    `apply` gets the owner, who has just signed in, and returns where to go on (None: the dashboard). It asks for
    the actor's rights like any other edge, trusts `subject` and not `path`, and may meet the same form again (a
    page sent twice, a form that was held before), so the second time must change nothing.

    `hold` gets a form whose owner did not sign in: it may keep it for the owner to decide on, but must neither
    apply nor show it, since anybody who found the page open can have written it. It, too, may meet a form again.

    A refusal of either is shown as such. After an accident the sign-in is undone, so that reloading tries both again.
    """

    kind: str
    apply: Callable[[Actor, Carried], str | None]
    hold: Callable[[Carried], None]


class OwnerRequired(SignInRequired):
    """The page was made for somebody who is not signed in, or has signed in anew since."""

    def __init__(self, carried: Carried) -> None:
        self.carried = carried
        super().__init__()


class Carrier:
    """Signs tickets and seals forms with keys of their own, derived from the application's, and knows the handlers."""

    def __init__(self, handlers: Iterable[CarriedHandler], secret_key: str) -> None:
        self._handlers = {handler.kind: handler for handler in handlers}
        self._tickets = URLSafeTimedSerializer(secret_key, salt=TICKET_SALT)
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=SEAL_LABEL)
        self._fernet = Fernet(urlsafe_b64encode(key.derive(secret_key.encode())))

    def sign(self, ticket: Ticket) -> str:
        """Return the ticket as a page holds it; a kind that nothing handles is a mistake in the code."""
        if ticket.kind not in self._handlers:
            raise ValueError(f"nothing handles carried forms of the kind {ticket.kind!r}")
        return self._tickets.dumps([ticket.kind, ticket.subject, ticket.person_id, ticket.language])

    def read_ticket(self, text: str) -> Ticket | None:
        """Return the ticket, or None where it is not ours or too old."""
        try:
            return Ticket(*self._tickets.loads(text, max_age=CARRIED_SECONDS))
        except BadData:
            return None

    def seal(self, carried: Carried) -> str | None:
        """Return the form encrypted and authenticated, or None where that is longer than `MOST_SEALED`."""
        values = asdict(carried) | {"sent_at": carried.sent_at.isoformat()}
        packed = zlib.compress(json.dumps(values).encode())
        sealed = self._fernet.encrypt_at_time(packed, int(carried.sent_at.timestamp()))
        return sealed.decode() if len(sealed) <= MOST_SEALED else None

    def open(self, sealed: str, *, now: datetime) -> Carried | None:
        """Return the form, or None where it was changed, is not ours, too old, or of a kind that is no more."""
        try:
            packed = self._fernet.decrypt_at_time(
                sealed.encode(), CARRIED_SECONDS, int(now.timestamp())
            )
        except InvalidToken:
            return None
        values = json.loads(zlib.decompress(packed))
        values["fields"] = tuple((name, value) for name, value in values["fields"])
        values["sent_at"] = datetime.fromisoformat(values["sent_at"])
        carried = Carried(**values)
        return carried if carried.kind in self._handlers else None

    def handler_of(self, carried: Carried) -> CarriedHandler:
        """Return what takes a form that `open` returned."""
        return self._handlers[carried.kind]


def carrier() -> Carrier:
    """Return the current application's carrier."""
    found: Carrier = current_app.extensions["carrier"]
    return found


def issue_ticket(kind: str, subject: str) -> str:
    """Return the ticket for a page that is made for the current person; raises `SignInRequired` for nobody."""
    person_id = current_actor().require_person()
    return carrier().sign(Ticket(kind, subject, person_id, current_language()))


def carries(kind: str) -> Callable[[View], View]:
    """Mark a view: forms with a ticket of that kind are carried over a sign-in to their owner."""

    def mark(view: View) -> View:
        vars(view)[MARK] = kind
        return view

    return mark


def find_ticket() -> Ticket | None:
    """Return the current request's ticket, if its view carries that kind and the ticket can be read."""
    kind = getattr(current_app.view_functions.get(request.endpoint or ""), MARK, None)
    text = request.form.get(TICKET_FIELD) if kind else None
    ticket = carrier().read_ticket(text) if text else None
    return ticket if ticket and ticket.kind == kind else None


def carry_form(ticket: Ticket, *, now: datetime) -> Carried:
    """Return the current request's form, to be carried to the ticket's owner. Files are not carried."""
    left_out = {TICKET_FIELD, current_app.config["WTF_CSRF_FIELD_NAME"]}
    return Carried(
        kind=ticket.kind,
        subject=ticket.subject,
        person_id=ticket.person_id,
        language=ticket.language,
        path=request.path,
        fields=tuple(
            (name, value) for name, value in request.form.items(multi=True) if name not in left_out
        ),
        sent_at=now,
    )
