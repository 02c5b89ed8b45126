"""Officers are appointed from above: below one's own place, never beside, never up, never oneself."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from lms.accounts import policy
from lms.accounts.commands import appoint_officer, take_back_appointment
from lms.accounts.errors import AlreadyOfficer, AlreadyTakenBack, NotAppointed
from lms.accounts.models import Membership, RoleGrant
from lms.accounts.queries import find_actor, find_appointees, get_managed, list_officers
from lms.accounts.queries.appointments import scopes_above
from lms.core.errors import NotAllowed, NotFound
from lms.core.permissions import SITE, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from tests.conftest import NOW

# A small tree: the root, two below it, one below the first of those, and another root.
PATHS = {1: "/1/", 2: "/1/2/", 3: "/1/3/", 4: "/1/2/4/", 5: "/5/"}
BELOW = {1: {2, 3, 4}, 2: {4}, 3: set(), 4: set(), 5: set()}


@pytest.mark.parametrize(("own", "place"), [*product(PATHS, PATHS)])
def test_an_officer_appoints_strictly_below_and_nowhere_else(own, place):
    officer = Actor(7, grants=frozenset({Grant(Role.OFFICER, Scope(ScopeKind.INSTITUTION, own))}))

    assert policy.may_appoint(officer, scopes_above(PATHS[place]), 8) is (place in BELOW[own])
    assert not policy.may_appoint(officer, scopes_above(PATHS[place]), 7)


@pytest.mark.parametrize(("role", "place"), [*product(Role, PATHS)])
def test_a_role_on_the_whole_site_appoints_anywhere_or_nowhere(role, place):
    actor = Actor(7, grants=frozenset({Grant(role, SITE)}))
    may = role in {Role.ADMINISTRATOR, Role.OFFICER}

    assert policy.may_appoint(actor, scopes_above(PATHS[place]), 8) is may
    assert not policy.may_appoint(actor, scopes_above(PATHS[place]), 7)
    assert policy.may_appoint(SYSTEM, scopes_above(PATHS[place]), 8)


@pytest.fixture
def tree(make):
    top = make.institution("top")
    east = make.institution("east", parent_id=top)
    return {
        "top": top,
        "east": east,
        "west": make.institution("west", parent_id=top),
        "hall": make.institution("hall", parent_id=east),
        "other": make.institution("other"),
    }


def officer_at(make, institution_id):
    return make.person(
        "Fanta", "Officer", roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, institution_id),
        institution_id=institution_id,
    )  # fmt: skip


def grants(session):
    return session.scalars(select(RoleGrant).order_by(RoleGrant.id)).all()


def test_a_member_of_the_place_or_below_becomes_its_officer(session, make, tree):
    top = officer_at(make, tree["top"])
    for place in ("east", "hall"):
        person = make.person(institution_id=tree[place])
        appoint_officer(session, top, tree["east"], person.person_id, now=NOW)
        session.flush()

        actor = find_actor(session, f"{person.person_id}.0").actor
        assert actor.grants == {Grant(Role.OFFICER, Scope(ScopeKind.INSTITUTION, tree["east"]))}
    assert grants(session)[-1].granted_by_id == top.person_id


def test_neither_beside_nor_up_nor_oneself(session, make, tree):
    east = officer_at(make, tree["east"])
    here = make.person(institution_id=tree["east"]).person_id
    before = len(grants(session))

    for place, person_id, error in (
        ("east", here, NotAllowed),
        ("hall", east.person_id, NotAllowed),
        ("top", here, NotFound),
        ("west", here, NotFound),
        ("other", here, NotFound),
    ):
        with pytest.raises(error):
            appoint_officer(session, east, tree[place], person_id, now=NOW)
    assert len(grants(session)) == before


def test_only_a_confirmed_member_is_appointed(session, make, tree):
    top = officer_at(make, tree["top"])
    stranger, above, gone = (
        make.person(),
        make.person(institution_id=tree["top"]),
        make.person(institution_id=tree["east"]),
    )
    membership = session.scalars(
        select(Membership).where(Membership.person_id == gone.person_id)
    ).one()
    membership.ended_on = NOW.date()
    session.flush()

    for person in (stranger, above, gone):
        with pytest.raises(NotAppointed, match="Only a confirmed member"):
            appoint_officer(session, top, tree["east"], person.person_id, now=NOW)
    assert len(grants(session)) == 1


def test_nobody_is_appointed_twice_at_one_place(session, make, tree):
    top, person = officer_at(make, tree["top"]), make.person(institution_id=tree["east"])
    appoint_officer(session, top, tree["east"], person.person_id, now=NOW)

    with pytest.raises(AlreadyOfficer, match="already"):
        appoint_officer(session, top, tree["east"], person.person_id, now=NOW)
    assert len(grants(session)) == 2


def test_an_appointment_is_taken_back_and_stays_in_the_record(session, make, tree):
    top, person = officer_at(make, tree["top"]), make.person(institution_id=tree["east"])
    appoint_officer(session, top, tree["east"], person.person_id, now=NOW)
    grant = grants(session)[-1]
    later = NOW + timedelta(hours=1)
    take_back_appointment(session, top, tree["top"], grant.id, now=later)
    session.flush()

    assert (grant.revoked_at, grant.revoked_by_id) == (later, top.person_id)
    assert find_actor(session, f"{person.person_id}.0").actor.grants == frozenset()
    with pytest.raises(AlreadyTakenBack, match="already"):
        take_back_appointment(session, top, tree["top"], grant.id, now=later)
    place = get_managed(session, top, tree["top"])
    own, past = list_officers(session, top, place)
    assert (own.granted_by, own.may_take_back) == ("", False)
    assert (past.granted_by, past.revoked_by, past.may_take_back) == ("Fanta Officer",) * 2 + (
        False,
    )
    # And may be made again.
    appoint_officer(session, top, tree["east"], person.person_id, now=later)
    assert len(grants(session)) == 3


def test_what_one_could_not_give_one_cannot_take(session, make, tree):
    top, east = officer_at(make, tree["top"]), officer_at(make, tree["east"])
    beside = officer_at(make, tree["east"])
    trainer = make.person(roles=(Role.TRAINER,))
    mine, theirs = grants(session)[:2], grants(session)[2]

    for actor, place, grant, error in (
        (east, "east", mine[1], NotAllowed),
        (east, "east", theirs, NotAllowed),
        (east, "east", mine[0], NotFound),
        (top, "top", mine[0], NotAllowed),
        (top, "west", mine[1], NotFound),
        (top, "top", grants(session)[-1], NotFound),
        (trainer, "top", mine[1], NotFound),
    ):
        with pytest.raises(error):
            take_back_appointment(session, actor, tree[place], grant.id, now=NOW)
    assert all(one.revoked_at is None for one in grants(session))
    assert beside.person_id == theirs.person_id


def test_members_are_looked_for_by_name_here_and_below(session, make, tree):
    top = officer_at(make, tree["top"])
    make.person("Élise", "Koné", institution_id=tree["hall"])
    make.person("Élise", "Koné", institution_id=tree["west"])
    place = get_managed(session, top, tree["east"])

    assert [one.name for one in find_appointees(session, place, "kone elise")] == ["Élise Koné"]
    assert find_appointees(session, place, "") == []
    assert find_appointees(session, place, "%") == []
