"""Whose an enrolment is: the institution that it names, if the person was a confirmed member."""

from __future__ import annotations

from sqlalchemy import select

from lms import accounts, institutions, learning
from lms.core.permissions import SYSTEM
from lms.learning.models import Enrolment
from tests.conftest import NOW

OWNERS = learning.enrolment_owners.c


def test_anothers_confirmed_membership_opens_nobody_elses_claim(session, make):
    make.courses()
    place = make.institution()
    member, claimant = make.person(institution_id=place), make.person("Issa", "Koné")
    confirmed, claimed = make.enrolment(member), make.enrolment(claimant)
    session.get_one(Enrolment, claimed).institution_id = place
    session.commit()

    rows = session.execute(select(OWNERS.enrolment_id, OWNERS.institution_path))
    paths = dict(tuple(row) for row in rows)
    assert paths[confirmed] is not None
    assert paths[claimed] is None

    accounts.confirm_membership(session, SYSTEM, claimant.person_id, place, now=NOW)
    rows = session.execute(select(OWNERS.enrolment_id, OWNERS.institution_path))
    assert {path for _id, path in rows} == {f"/{place}/"}
    assert institutions.list_scopes(f"/{place}/")
