"""What quizzes refuse."""

from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import N_


class NoSuchAttempt(NotFound):
    """There is none, or it is another person's."""


class NotAQuiz(NotFound):
    """The activity under that key is of another kind."""

    text = N_("This activity is not a quiz.")


class NoAttemptsLeft(Conflict):
    """All attempts have been used."""

    text = N_("All %(allowed)s attempts have been used.")


class NotYourAttempt(NotAllowed):
    """One may see the attempt, but only its learner answers in it."""

    text = N_("Only the learner can answer here.")


class ReviewClosed(Conflict):
    """What is right is shown only after submission."""

    text = N_("The review opens once the attempt has been submitted.")


class UnfitSaves(Invalid):
    """A save of the batch cannot be read; none of the batch was kept."""

    text = N_("An answer cannot be read, so none of those sent together was kept.")


class SaveReused(Conflict):
    """A save carries the key of an earlier one with another response; none of the batch was kept."""

    text = N_(
        "An answer was sent under the number of an earlier one, so none of those sent together was kept."
    )


class UnfitForm(Invalid):
    """A form that this product did not make."""

    text = N_("This form does not fit the questions. Reload the page and try again.")
