"""Flask glue: layout, current actor, refusals, form tokens, headers, languages. The edges alone use it.

`setup(app)` is for `lms.app`; the rest is what a page or an API operation needs.
"""

from lms.web.actors import (
    SignedIn,
    current_actor,
    forget_person,
    must_change_password,
    remember_person,
    token_scopes,
)
from lms.web.addresses import absolute_url, safe_next
from lms.web.carried import (
    Carried,
    CarriedHandler,
    Carrier,
    OwnerRequired,
    carrier,
    carries,
    issue_ticket,
)
from lms.web.downloads import send_download, send_stored
from lms.web.languages import current_language
from lms.web.setup import setup

__all__ = [
    "Carried",
    "CarriedHandler",
    "Carrier",
    "OwnerRequired",
    "SignedIn",
    "absolute_url",
    "carrier",
    "carries",
    "current_actor",
    "current_language",
    "forget_person",
    "issue_ticket",
    "must_change_password",
    "remember_person",
    "safe_next",
    "send_download",
    "send_stored",
    "setup",
    "token_scopes",
]
