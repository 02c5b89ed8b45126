"""What the pages send, read into values."""

from __future__ import annotations

from collections.abc import Mapping

from lms.accounts import NameOrder, PersonName
from lms.core.i18n import N_, Message
from lms.credentials.domain import RevocationReason
from lms.credentials.errors import UnfitRequest


def read_name(form: Mapping[str, str]) -> PersonName:
    """Return the name that was typed; an order that is none of ours is the usual one."""
    is_reversed = form.get("name-order") == NameOrder.FAMILY_FIRST
    order = NameOrder.FAMILY_FIRST if is_reversed else NameOrder.GIVEN_FIRST
    return PersonName(form.get("given-names", ""), form.get("family-names", ""), order)


def read_capitals(form: Mapping[str, str]) -> bool:
    """Return whether the family names are to be printed in capitals."""
    return form.get("family-in-capitals") == "1"


def read_decision(form: Mapping[str, str]) -> bool:
    """Return whether a request is granted; raises `UnfitRequest` where neither was chosen."""
    decision = form.get("decision")
    if decision not in {"grant", "refuse"}:
        raise UnfitRequest({"decision": Message(N_("Say whether you grant the request."))})
    return decision == "grant"


def read_revocation_reason(form: Mapping[str, str]) -> RevocationReason:
    """Return the reason that was chosen; raises `UnfitRequest` where none was."""
    chosen = form.get("reason", "")
    if chosen not in set(RevocationReason):
        raise UnfitRequest({"reason": Message(N_("Choose the reason that anybody may read."))})
    return RevocationReason(chosen)
