"""An institution with branches, seats, an officer, and people at every point of the way."""

from __future__ import annotations

from sqlalchemy import update

from lms.accounts.models import Membership
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.institutions.models import Seat
from lms.learning.commands import complete_activity
from lms.officers.commands import remind_people
from tests.factories import Factory


def make_office(make: Factory, lesson: str) -> tuple[Actor, Actor, int]:
    """Return the officer, somebody who was reminded, and the institution."""
    place = make.institution("office")
    branch = make.institution("office-branch", parent_id=place)
    member_type = make.member_type("office-authority")
    make.session.add_all(
        Seat(institution_id=at, member_type_id=member_type, count=2) for at in (place, branch)
    )
    officer = make.person(
        "Mariam Élise",
        "Ouattara-N’Dri",
        roles=(Role.OFFICER,),
        scope=Scope(ScopeKind.INSTITUTION, place),
        institution_id=place,
    )
    idle = make.person("Aïssata Zoé", "Koné-N’Guessan", institution_id=branch)
    reminded = make.person("Théophile", "Ouédraogo", institution_id=branch)
    make.session.execute(
        update(Membership)
        .where(Membership.person_id.in_([idle.person_id, reminded.person_id]))
        .values(member_type="office-authority")
    )
    enrolment_id = make.enrolment(reminded)
    complete_activity(make.session, reminded, enrolment_id, lesson, now=make.now)
    remind_people(make.session, officer, place, [reminded.require_person()], now=make.now)
    make.session.commit()
    return officer, reminded, place
