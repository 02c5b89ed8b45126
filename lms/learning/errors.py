"""What learning refuses."""

from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.core.i18n import N_


class NoSuchEnrolment(NotFound):
    """There is none, or it is another person's."""


class NoSuchActivity(NotFound):
    """The enrolment's module has no activity under that key."""

    text = N_("This module has no such activity.")


class NoSuchEdition(NotFound):
    """The module has no edition under that key."""

    text = N_("This module has no such edition.")


class PrerequisitesMissing(Conflict):
    """Other modules come first."""

    text = N_("Complete these modules first: %(modules)s.")


class NotAMember(Conflict):
    """The institution can enrol those alone whom it confirmed, and who are there today."""

    text = N_("This person is not a confirmed member of the institution today.")


class ActivityLocked(Conflict):
    """Other activities come first."""

    text = N_("This activity is still locked: do what comes before it first.")


class NotSelfDeclared(Conflict):
    """The activity's own results complete it."""

    text = N_("This activity is completed by its result, not by saying so.")


class NoParticipation(Conflict):
    """The module offers none, something required is not read yet, or the module is complete."""

    text = N_(
        "There is a certificate of participation where the module offers one, everything required is read, and the"
        " module is not complete."
    )


class NotYours(NotAllowed):
    """One may see the enrolment, but only its learner studies in it."""

    text = N_("Only the learner can do this.")
