"""Creating people and granting roles."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.accounts import policy
from lms.accounts.domain import PersonDetails, fold_login
from lms.accounts.errors import LoginTaken, UnfitPerson
from lms.accounts.models import Person, RoleGrant
from lms.accounts.passwords import hash_password
from lms.core.errors import NotAllowed
from lms.core.permissions import SITE, Actor, Role, Scope


def create_person(
    session: Session,
    actor: Actor,
    details: PersonDetails,
    roles: Iterable[Role] = (),
    *,
    now: datetime,
) -> int:
    """Create somebody whose e-mail address counts as confirmed; the name is the person's own to confirm. Return the id.

    Raises `UnfitPerson` with the fields at fault, or `LoginTaken`.
    """
    if not policy.may_create_person(actor):
        raise NotAllowed
    if faults := details.faults:
        raise UnfitPerson(faults)
    login = None if details.login is None else fold_login(details.login)
    email = None if details.email is None else fold_login(details.email)
    same = [Person.login == login] if login else []
    same += [Person.email == email] if email else []
    if session.scalar(select(Person.id).where(or_(*same))) is not None:
        raise LoginTaken(login=login or email)
    person = Person(
        login=login,
        email=email,
        password_hash=hash_password(details.password) if details.password else None,
        given_names=details.name.given_names,
        family_names=details.name.family_names,
        name_order=details.name.order,
        folded_name=details.name.folded,
        language=details.language,
        email_confirmed_at=now if email else None,
        created_at=now,
    )
    session.add(person)
    session.flush()
    for role in roles:
        grant_role(session, actor, person.id, role, SITE, now=now)
    return person.id


def grant_role(
    session: Session, actor: Actor, person_id: int, role: Role, scope: Scope, *, now: datetime
) -> None:
    """Give a role at a scope, and remember who gave it and when."""
    if not policy.may_create_person(actor):
        raise NotAllowed
    session.add(
        RoleGrant(
            person_id=person_id,
            role=role,
            scope_kind=scope.kind,
            scope_id=scope.id,
            granted_at=now,
            granted_by_id=actor.person_id,
        )
    )
