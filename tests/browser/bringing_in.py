"""An officer's people in every state: new, claiming, invited, with a slip, and once there."""

from __future__ import annotations

from sqlalchemy import select

from lms import accounts, institutions
from lms.accounts import commands
from lms.accounts.domain import Column, PersonLine, read_person_line
from lms.accounts.models import Membership, Person
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from tests.factories import Factory


def make_desk(make: Factory, people: dict[str, Actor], institution_id: int) -> tuple[int, int]:
    """Make an officer of an institution and those around it; return a membership and an institution below."""
    session, today = make.session, make.now.date()
    (below, *_) = institutions.list_children(session, institution_id, language="fr")
    here = Scope(ScopeKind.INSTITUTION, institution_id)
    people["keeper"] = make.person(
        "Mariam Élise", "Ouattara-N’Dri", roles=(Role.OFFICER,), scope=here
    )
    colleague = make.person("Bintou", "Sanogo", institution_id=below.id)
    commands.appoint_officer(
        session, people["keeper"], below.id, colleague.require_person(), now=make.now
    )
    people["claimer"] = make.person("Fatoumata Binta", "N’Diaye-Coulibaly", language="fr")
    for place in (institution_id, below.id):
        commands.claim_institution(
            session, people["claimer"], place, member_type=None, started_on=today, now=make.now
        )
    people["invited"] = make.person("Oumar", "Ba")
    login = session.scalars(
        select(Person.login).where(Person.id == people["invited"].person_id)
    ).one()
    make.member(people["invited"], below.id)
    accounts.invite_person(
        session, people["keeper"], institution_id, login or "", member_type=None,
        started_on=today, now=make.now,
    )  # fmt: skip
    awa, fatoumata, issa = (
        read_person_line(
            at, {Column.GIVEN_NAMES: given, Column.FAMILY_NAMES: "Traoré-Diabaté"}, today=today
        )
        for at, given in enumerate(("Awa", "Fatoumata Binta Aïssata", "Issa"))
    )
    done = accounts.bring_in_people(
        session, people["keeper"], institution_id, [awa, fatoumata], {}, now=make.now
    )
    membership_id = session.scalars(
        select(Membership.id).where(Membership.person_id == done.new_ids[0])
    ).one()
    people["slip"] = _give_slip(make, issa)
    session.commit()
    return membership_id, below.id


def _give_slip(make: Factory, line: PersonLine) -> Actor:
    """Return somebody who has just signed in by a slip, where nobody prints another, which would end the session."""
    place = make.institution("slips")
    officer = make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, place))
    done = accounts.bring_in_people(make.session, officer, place, [line], {}, now=make.now)
    (person_id,) = done.new_ids
    accounts.make_slips(make.session, officer, place, [person_id], accounts.draw_passwords(1))
    make.session.get_one(Person, person_id).session_epoch = 0
    return Actor(person_id, line.name.written)
