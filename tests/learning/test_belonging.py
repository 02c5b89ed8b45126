"""An enrolment belongs to the institution that it names while, and only while, the person was confirmed there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from lms.accounts.commands import claim_institution, confirm_claim
from lms.accounts.models import Membership
from lms.core.permissions import Actor, Role, Scope, ScopeKind
from lms.learning import enrolment_owners
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.made_courses import Listed, MadeModule

OWNERS = enrolment_owners.c
TODAY = NOW.date()


@pytest.fixture
def place(make) -> int:
    make.modules(MadeModule(activities=(Listed("reading"),)))
    place: int = make.institution()
    # Somebody's enrolment that does belong makes no other one belong.
    make.enrolment(make.person(institution_id=place), "lists")
    return place


def path_of(session, enrolment_id: int) -> str | None:
    session.flush()
    path: str | None = session.scalar(
        select(OWNERS.institution_path).where(OWNERS.enrolment_id == enrolment_id)
    )
    return path


def enrol_at(make, place: int, *, completed_on: date | None = None, **stay: object) -> int:
    """Enrol a member whose one membership is as `stay` says; return the enrolment."""
    actor = make.person(institution_id=place)
    enrolment_id: int = make.enrolment(actor, "lists")
    if stay:
        membership = update(Membership).where(Membership.person_id == actor.person_id)
        make.session.execute(membership.values(**stay))
    make.session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment_id)
        .values(completed_on=completed_on, completed_at=NOW if completed_on else None)
    )
    return enrolment_id


def test_a_confirmed_members_enrolment_belongs(session, make, place):
    assert path_of(session, enrol_at(make, place)) == f"/{place}/"


def test_a_claim_opens_nothing(session, make, place):
    assert path_of(session, enrol_at(make, place, confirmed_at=None)) is None


def test_a_refused_claim_opens_nothing(session, make, place):
    assert path_of(session, enrol_at(make, place, refused_at=NOW)) is None


def test_what_was_completed_while_a_member_stays_with_the_institution(session, make, place):
    enrolment_id = enrol_at(
        make, place, completed_on=TODAY, started_on=TODAY, ended_on=TODAY, end_reason="left"
    )

    assert path_of(session, enrolment_id) == f"/{place}/"


def test_what_was_completed_before_or_after_does_not_belong(session, make, place):
    early = enrol_at(make, place, completed_on=TODAY - timedelta(days=1), started_on=TODAY)
    late = enrol_at(
        make, place, completed_on=TODAY, started_on=date(2020, 1, 1), ended_on=date(2020, 2, 1)
    )

    assert (path_of(session, early), path_of(session, late)) == (None, None)


def test_what_is_not_completed_leaves_with_the_person(session, make, place):
    enrolment_id = enrol_at(make, place, started_on=date(2020, 1, 1), ended_on=date(2020, 2, 1))

    assert path_of(session, enrolment_id) is None


def claim(session, make, actor, place: int) -> None:
    """Let the actor claim an institution and its officer confirm it."""
    scope = Scope(ScopeKind.INSTITUTION, place)
    officer = make.person("Odile", roles=(Role.OFFICER,), scope=scope)
    membership_id = claim_institution(
        session, actor, place, member_type=None, started_on=TODAY, now=NOW
    )
    confirm_claim(session, officer, place, membership_id, now=NOW)


def test_who_enrolled_before_claiming_belongs_once_the_claim_is_confirmed(session, make, place):
    actor = make.person("Binta")
    enrolment_id = make.enrolment(actor, "lists")
    assert path_of(session, enrolment_id) is None

    claim(session, make, actor, place)

    assert path_of(session, enrolment_id) == f"/{place}/"


def test_what_belongs_somewhere_or_is_completed_stays_when_another_claim_is_confirmed(
    session, make, place
):
    other = make.institution("other")
    theirs = enrol_at(make, place)
    completed = enrol_at(make, place, completed_on=TODAY, confirmed_at=None)
    for enrolment_id in (theirs, completed):
        person_id = session.get_one(Enrolment, enrolment_id).person_id
        claim(session, make, Actor(person_id), other)

    session.expire_all()
    named = {id: session.get_one(Enrolment, id).institution_id for id in (theirs, completed)}
    assert named == {theirs: place, completed: place}
