"""Forms that cannot be used come back to their page, with what was typed and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms.core.db import unit_of_work
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import Message
from lms.institutions.errors import SimilarName


@dataclass(frozen=True, slots=True)
class SentBack:
    """A form that comes back to its page: which one, what was typed, and why nothing was done."""

    at: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    # By the field's name in the form.
    problems: Mapping[str, Message] = field(default_factory=dict)
    refusal: Message | None = None
    # Whether the form may say that what has a similar name is something else.
    is_similar: bool = False


def write_or_send_back(
    at: str,
    write: Callable[[Session], tuple[str, str]],
    render: Callable[[SentBack], str],
) -> ResponseReturnValue:
    """Do what the form `at` asks and go on to where `write` says with its sentence; else render the page again."""
    try:
        with unit_of_work() as session:
            done, address = write(session)
    except (Invalid, Conflict) as refusal:
        back = SentBack(
            at, request.form, refusal.fields, refusal.message, isinstance(refusal, SimilarName)
        )
        return render(back), 422 if isinstance(refusal, Invalid) else 409
    flash(done, "success")
    return redirect(address)
