"""Who may do what: the one table of permissions and roles, and the actor that carries grants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lms.core.errors import SignInRequired


class Permission(StrEnum):
    """What can be granted, as `room:thing:action`."""

    READ_DRAFT = "catalogue:module:read-draft"
    LOAD_COURSE = "catalogue:module:load"
    EDIT_INSTITUTION = "institutions:institution:edit"
    CREATE_PERSON = "accounts:person:create"
    READ_PERSONAL = "accounts:personal:read"
    READ_MEMBER = "accounts:membership:read"
    MANAGE_MEMBER = "accounts:membership:manage"
    APPOINT_OFFICER = "accounts:grant:appoint"
    READ_BANK = "questions:question:read"
    READ_ENROLMENT = "learning:enrolment:read"
    ENROL_MEMBER = "learning:enrolment:create"
    READ_ATTEMPT = "quizzes:attempt:read"
    REPAIR_ATTEMPT = "quizzes:attempt:repair"
    REGRADE_QUIZ = "quizzes:quiz:regrade"
    READ_CREDENTIAL = "credentials:credential:read"
    CORRECT_CREDENTIAL = "credentials:credential:correct"
    REVOKE_CREDENTIAL = "credentials:credential:revoke"
    SEND_REMINDER = "officers:reminder:send"
    READ_FIGURES = "officers:figures:read"
    READ_JOB = "jobs:job:read"


class Role(StrEnum):
    """What a grant gives at its scope. Everybody who is signed in is a learner without a grant."""

    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"
    OFFICER = "officer"
    FACILITATOR = "facilitator"


class ScopeKind(StrEnum):
    """What a grant can be limited to."""

    SITE = "site"
    INSTITUTION = "institution"
    PROGRAMME = "programme"
    MODULE = "module"
    CASCADE = "cascade"


@dataclass(frozen=True, slots=True)
class Scope:
    """A place where a permission holds; the site has no id."""

    kind: ScopeKind
    id: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is ScopeKind.SITE) != (self.id is None):
            raise ValueError("the site has no id, and every other scope has one")


SITE = Scope(ScopeKind.SITE)

# The permission table.
PERMISSIONS_OF: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.TRAINER: frozenset(
        {
            Permission.READ_DRAFT,
            Permission.READ_BANK,
            Permission.READ_ENROLMENT,
            Permission.READ_ATTEMPT,
            Permission.REPAIR_ATTEMPT,
            Permission.REGRADE_QUIZ,
        }
    ),
    Role.OFFICER: frozenset(
        {
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
        }
    ),
    Role.FACILITATOR: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a scope."""

    role: Role
    scope: Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a signed-in person, nobody in particular, or the system itself."""

    person_id: int | None
    name: str = ""
    language: str | None = None
    grants: frozenset[Grant] = frozenset()
    is_system: bool = False

    def may(self, permission: Permission, scopes: Iterable[Scope]) -> bool:
        """Return whether a grant gives `permission` on the site or at one of the thing's `scopes`."""
        if self.is_system:
            return True
        places = {SITE, *scopes}
        return any(
            grant.scope in places and permission in PERMISSIONS_OF[grant.role]
            for grant in self.grants
        )

    def scopes_of(self, permission: Permission) -> frozenset[Scope]:
        """Return the scopes at which a grant gives `permission`; the system's is the site."""
        if self.is_system:
            return frozenset({SITE})
        return frozenset(
            grant.scope for grant in self.grants if permission in PERMISSIONS_OF[grant.role]
        )

    def is_person(self, person_id: int | None) -> bool:
        """Return whether this is the person with that id."""
        return person_id is not None and self.person_id == person_id

    def require_somebody(self) -> None:
        """Raises `SignInRequired` for nobody in particular, whose session may just have ended."""
        if self.person_id is None and not self.is_system:
            raise SignInRequired

    def require_person(self) -> int:
        """Return the person's id; raises `SignInRequired` for anybody else."""
        if self.person_id is None:
            raise SignInRequired
        return self.person_id


NOBODY = Actor(person_id=None)
SYSTEM = Actor(person_id=None, name="system", is_system=True)
