"""Who may do what with enrolments."""

from lms.core.permissions import Actor, Permission
from lms.learning.domain import EnrolmentFacts


def may_read(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """The learner reads it, and whoever has the permission at the module, programme or institution."""
    return actor.is_person(enrolment.person_id) or actor.may(
        Permission.READ_ENROLMENT, enrolment.scopes
    )


def may_study(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """Only the learner does the module's work."""
    return actor.is_person(enrolment.person_id)
