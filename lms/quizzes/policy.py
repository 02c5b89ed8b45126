"""Who may do what with attempts."""

from collections.abc import Sequence

from lms.core.permissions import SITE, Actor, Permission, Scope, ScopeKind
from lms.learning.domain import EnrolmentFacts


def may_read(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """The learner reads the attempt, and whoever has the permission at the module, programme or institution."""
    return actor.is_person(enrolment.person_id) or actor.may(
        Permission.READ_ATTEMPT, enrolment.scopes
    )


def may_answer(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """Only the learner answers."""
    return actor.is_person(enrolment.person_id)


def may_repair(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """Whoever has the permission at the module, programme or institution, but for oneself nobody."""
    return not actor.is_person(enrolment.person_id) and actor.may(
        Permission.REPAIR_ATTEMPT, enrolment.scopes
    )


def may_teach(actor: Actor) -> bool:
    """Whoever may read somebody else's attempts, wherever that is."""
    return bool(actor.scopes_of(Permission.READ_ATTEMPT))


def may_read_results(actor: Actor, module: Sequence[Scope]) -> bool:
    """Whoever may read attempts at the module, its programme, the site, or some institution.

    A grant at an institution shows the results of its own enrolments alone.
    """
    granted = actor.scopes_of(Permission.READ_ATTEMPT)
    return any(
        scope == SITE or scope in module or scope.kind is ScopeKind.INSTITUTION for scope in granted
    )


def may_regrade(actor: Actor, module: Sequence[Scope]) -> bool:
    """Whoever has the permission at the whole module: a key is right or wrong for everybody."""
    return actor.may(Permission.REGRADE_QUIZ, module)
