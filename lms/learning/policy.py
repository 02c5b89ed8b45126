"""Who may do what with enrolments."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope
from lms.learning.domain import EnrolmentFacts


def may_read(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """The learner reads it, and whoever has the permission at the module, programme or institution."""
    return actor.is_person(enrolment.person_id) or actor.may(
        Permission.READ_ENROLMENT, enrolment.scopes
    )


def may_study(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """Only the learner does the module's work."""
    return actor.is_person(enrolment.person_id)


def may_enrol_members(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer enrols the members of the institution and of all below it. `scopes`: `institutions.list_scopes`."""
    return actor.may(Permission.ENROL_MEMBER, scopes)
