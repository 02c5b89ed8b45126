"""Changing one's password, and the temporary ones on slips of paper."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.commands.signing_in import count_try
from lms.accounts.domain import draw_temporary_password, find_fault_in_password
from lms.accounts.errors import NoSlip, TooManySlips, UnfitPassword
from lms.accounts.models import Person
from lms.accounts.passwords import hash_password, is_right_password
from lms.accounts.queries.slips import MOST_SLIPS
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """What came of a try: the key of the one session that goes on, a wait in seconds, or neither: the old was wrong.

    A failed try must be kept, so it is no exception.
    """

    session_key: str = ""
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class DrawnPassword:
    """A temporary password and its hash, which takes a while: drawn before the transaction begins."""

    text: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for one person, this once."""

    name: str
    sign_in_name: str
    password: str
    language: str | None


def change_password(
    session: Session,
    actor: Actor,
    old: str,
    new: str,
    address: str,
    *,
    pepper: str,
    now: datetime,
) -> PasswordChange:
    """Replace one's password and end every other session. Wrong tries count as those of signing in.

    Raises `UnfitPassword` for one that is too short or too long, or the old one again.
    """
    person_id = actor.require_person()
    if fault := find_fault_in_password(new):
        raise UnfitPassword({"new": fault})
    person = session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
    tried = count_try(
        session,
        f"person {person_id}",
        address,
        lambda: is_right_password(person.password_hash, old),
        pepper=pepper,
        now=now,
    )
    if not tried.is_right:
        return PasswordChange(wait_seconds=tried.wait_seconds)
    if new == old:
        raise UnfitPassword({"new": Message(N_("Choose another password than the present one."))})
    person.password_hash = hash_password(new)
    person.must_change_password = False
    person.session_epoch += 1
    return PasswordChange(queries.session_key(person.id, person.session_epoch))


def draw_passwords(count: int) -> list[DrawnPassword]:
    """Return that many temporary passwords; raises `TooManySlips` for more than are printed at once."""
    if count > MOST_SLIPS:
        raise TooManySlips(most=MOST_SLIPS)
    texts = [draw_temporary_password(secrets.choice) for _ in range(count)]
    return [DrawnPassword(text, hash_password(text)) for text in texts]


def make_slips(
    session: Session,
    actor: Actor,
    institution_id: int,
    person_ids: Sequence[int],
    drawn: Sequence[DrawnPassword],
) -> list[Slip]:
    """Give each a temporary password that is good for nothing but being changed; an earlier one is worth nothing then.

    Raises `NotFound` unless the actor manages the institution, or `NoSlip`, and gives none, where one of the people
    is no member there or below, has chosen a password, or has a role.
    """
    place = queries.get_managed(session, actor, institution_id)
    people = queries.lock_slip_people(session, place.path, person_ids)
    if not people or len(people) != len(set(person_ids)):
        raise NoSlip
    names = queries.list_written_names(session, person_ids)
    slips = []
    for person, password in zip(people, drawn, strict=False):
        person.password_hash = password.password_hash
        person.must_change_password = True
        person.session_epoch += 1
        slips.append(
            Slip(
                names[person.id], person.login or person.email or "", password.text, person.language
            )
        )
    return slips
