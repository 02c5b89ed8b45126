"""Grants at scopes: what a role gives, and where."""

from __future__ import annotations

import pytest

from lms.core.errors import NotAllowed, SignInRequired
from lms.core.permissions import (
    NOBODY,
    PERMISSIONS_OF,
    SITE,
    SYSTEM,
    Actor,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeKind,
)

# Written out once more: who gets a right by a change of the table gets it here, too, on purpose.
GIVES = {
    Role.ADMINISTRATOR: set(Permission),
    Role.TRAINER: {
        Permission.READ_DRAFT,
        Permission.READ_BANK,
        Permission.READ_ENROLMENT,
        Permission.READ_ATTEMPT,
        Permission.REPAIR_ATTEMPT,
        Permission.REGRADE_QUIZ,
    },
    Role.OFFICER: {
        Permission.READ_PERSONAL,
        Permission.READ_MEMBER,
        Permission.MANAGE_MEMBER,
        Permission.APPOINT_OFFICER,
        Permission.READ_ENROLMENT,
        Permission.ENROL_MEMBER,
        Permission.READ_CREDENTIAL,
        Permission.CORRECT_CREDENTIAL,
        Permission.SEND_REMINDER,
        Permission.READ_FIGURES,
    },
    Role.FACILITATOR: set(),
}
PLACE = Scope(ScopeKind.INSTITUTION, 5)


def somebody(role: Role, scope: Scope) -> Actor:
    return Actor(1, grants=frozenset({Grant(role, scope)}))


def test_the_table_gives_each_role_what_it_is_for():
    assert {role: set(given) for role, given in PERMISSIONS_OF.items()} == GIVES


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_grant_on_the_site_holds_everywhere_and_one_at_a_place_holds_there(role, permission):
    gives = permission in GIVES[role]
    assert somebody(role, SITE).may(permission, ()) == gives
    assert somebody(role, SITE).may(permission, [PLACE]) == gives
    assert somebody(role, PLACE).may(permission, [PLACE]) == gives
    assert not somebody(role, PLACE).may(permission, ())
    assert not somebody(role, PLACE).may(permission, [Scope(ScopeKind.INSTITUTION, 6)])
    assert not somebody(role, PLACE).may(permission, [Scope(ScopeKind.MODULE, 5)])


def test_nobody_may_nothing_and_the_system_everything():
    for permission in Permission:
        assert not NOBODY.may(permission, [SITE, PLACE])
        assert not Actor(1).may(permission, [SITE, PLACE])
        assert SYSTEM.may(permission, ())


def test_every_permission_says_room_thing_and_action():
    for permission in Permission:
        room, thing, action = permission.split(":")
        assert room
        assert thing
        assert action


@pytest.mark.parametrize(
    ("kind", "id"), [(ScopeKind.SITE, 1), (ScopeKind.INSTITUTION, None), (ScopeKind.MODULE, None)]
)
def test_the_site_alone_has_no_id(kind, id):
    with pytest.raises(ValueError, match="has no id"):
        Scope(kind, id)


def test_nobody_is_asked_to_sign_in():
    with pytest.raises(SignInRequired):
        NOBODY.require_somebody()
    with pytest.raises(NotAllowed):
        NOBODY.require_person()
    SYSTEM.require_somebody()
    assert Actor(3).require_person() == 3


def test_nobody_is_no_person_not_even_where_the_person_was_erased():
    assert not NOBODY.is_person(None)
    assert not Actor(3).is_person(None)
    assert Actor(3).is_person(3)
