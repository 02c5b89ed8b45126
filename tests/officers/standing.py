"""Claims, invitations, appointments and lists around a learner, for the table of roles."""

from __future__ import annotations

from sqlalchemy import func, select

from lms import accounts
from lms.accounts.commands import claim_institution
from lms.accounts.domain import Column, read_person_line
from lms.accounts.models import Membership, Person, RoleGrant
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.officers.commands import keep_upload
from tests.factories import Factory


def stand_around(
    make: Factory, learner: Actor, institution_id: int, officer: Actor
) -> tuple[int, int, int, int, int, int]:
    """Return a membership, a claim and an invitation of the learner's, an appointment, a list, and who needs a slip.

    All lie at the learner's institution or below it; the officer invited, and uploaded the list.
    """
    session = make.session
    member_id = session.scalars(
        select(Membership.id).where(Membership.person_id == learner.person_id)
    ).one()
    hall, yard = (
        make.institution(f"{name}-of-{institution_id}", parent_id=institution_id)
        for name in ("hall", "yard")
    )
    today = make.now.date()
    claim_id = claim_institution(
        session, learner, hall, member_type=None, started_on=today, now=make.now
    )
    login = session.scalars(select(Person.login).where(Person.id == learner.person_id)).one()
    accounts.invite_person(
        session, officer, yard, login or "", member_type=None, started_on=today, now=make.now
    )
    invitation_id = session.scalars(
        select(Membership.id).where(Membership.invited_by_id == officer.person_id)
    ).one()
    make.person(
        "Other",
        "Officer",
        roles=(Role.OFFICER,),
        scope=Scope(ScopeKind.INSTITUTION, institution_id),
        institution_id=institution_id,
    )
    grant_id = session.scalars(select(func.max(RoleGrant.id))).one()
    upload_id = keep_upload(
        session, officer, institution_id, "list.csv", b"given_names\nZeinab\n", now=make.now
    )
    line = read_person_line(1, {Column.GIVEN_NAMES: "Paper"}, today=today)
    brought = accounts.bring_in_people(session, officer, institution_id, [line], {}, now=make.now)
    session.commit()
    return member_id, claim_id, invitation_id, grant_id, upload_id, brought.new_ids[0]
