"""An officer's people in every state: new, claiming, invited, with a slip, and once there."""

from __future__ import annotations

from sqlalchemy import select

from lms import accounts, institutions
from lms.accounts import commands
from lms.accounts.domain import Column, read_person_line
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
    lines = [
        read_person_line(
            at, {Column.GIVEN_NAMES: given, Column.FAMILY_NAMES: "Traoré-Diabaté"}, today=today
        )
        for at, given in enumerate(("Awa", "Fatoumata Binta Aïssata", "Issa"))
    ]
    done = accounts.bring_in_people(
        session, people["keeper"], institution_id, lines, {}, now=make.now
    )
    slip = accounts.make_slips(
        session, people["keeper"], institution_id, [done.new_ids[2]], accounts.draw_passwords(1)
    )
    assert len(slip) == 1
    membership_id = session.scalars(
        select(Membership.id).where(Membership.person_id == done.new_ids[0])
    ).one()
    # Their session is as if they had just signed in.
    people["slip"] = Actor(done.new_ids[2], "Issa Traoré-Diabaté")
    session.get_one(Person, done.new_ids[2]).session_epoch = 0
    session.commit()
    return membership_id, below.id
