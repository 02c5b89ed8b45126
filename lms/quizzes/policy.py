"""Who may do what with attempts."""

from lms.core.permissions import Actor, Permission
from lms.learning.domain import EnrolmentFacts


def may_read(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """The learner reads the attempt, and whoever has the permission at the module, programme or institution."""
    return actor.is_person(enrolment.person_id) or actor.may(
        Permission.READ_ATTEMPT, enrolment.scopes
    )


def may_answer(actor: Actor, enrolment: EnrolmentFacts) -> bool:
    """Only the learner answers."""
    return actor.is_person(enrolment.person_id)
