import pytest

from lms.core.permissions import NOBODY, SITE, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from lms.jobs import policy

LEARNER = Actor(person_id=1)
OTHER = Actor(person_id=2)
ADMINISTRATOR = Actor(person_id=3, grants=frozenset({Grant(Role.ADMINISTRATOR, SITE)}))
OF_ONE_INSTITUTION = Actor(
    person_id=4,
    grants=frozenset({Grant(Role.ADMINISTRATOR, Scope(ScopeKind.INSTITUTION, 1))}),
)
TRAINER = Actor(person_id=5, grants=frozenset({Grant(Role.TRAINER, SITE)}))

# Who may read the learner's job, and one that is nobody's.
READERS = [
    (LEARNER, True, False),
    (OTHER, False, False),
    (NOBODY, False, False),
    (TRAINER, False, False),
    (OF_ONE_INSTITUTION, False, False),
    (ADMINISTRATOR, True, True),
    (SYSTEM, True, True),
]


@pytest.mark.parametrize(("actor", "may_read_own", "may_read_systems"), READERS)
def test_a_job_is_its_owners_and_the_administrators_to_see(actor, may_read_own, may_read_systems):
    assert policy.may_read(actor, LEARNER.person_id) is may_read_own
    assert policy.may_read(actor, None) is may_read_systems
