"""What quizzes refuse."""

from lms.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.core.i18n import N_


class NoSuchAttempt(NotFound):
    """There is none, or it is another person's."""


class NotAQuiz(NotFound):
    """The activity under that key is of another kind."""

    text = N_("This activity is not a quiz.")


class QuizNotOpen(Conflict):
    """It opens later."""

    text = N_("This test opens on %(at)s.")


class QuizClosed(Conflict):
    """It has closed for good."""

    text = N_("This test closed on %(at)s.")


class TooSoon(Conflict):
    """The quiz asks for a pause between attempts."""

    text = N_("The next attempt can begin on %(at)s.")


class NoAttemptsLeft(Conflict):
    """All attempts have been used."""

    text = N_("All %(allowed)s attempts have been used.")


class NotYourRepair(NotAllowed):
    """One may read the attempt, but not change what came of it."""

    text = N_("You may look at this attempt, but not change what came of it.")


class NotYourAttempt(NotAllowed):
    """One may see the attempt, but only its learner answers in it."""

    text = N_("Only the learner can answer here.")


class ReviewClosed(Conflict):
    """What is right is shown only after submission."""

    text = N_("The review opens once the attempt has been submitted.")


class AttemptIsClosed(Conflict):
    """What can only be done in an open attempt."""

    text = N_("This attempt was already submitted.")


class AttemptIsOpen(Conflict):
    """What can only be done to a closed attempt."""

    text = N_("This attempt is still open.")


class AnotherIsOpen(Conflict):
    """An enrolment has one open attempt at a quiz at most."""

    text = N_("Another attempt at this test is open. Wait until it has been submitted.")


class WasReopened(Conflict):
    """A closed attempt is reopened once; what came of it may be reopened again."""

    text = N_("This attempt was reopened before. Reopen the one that came of it.")


class NoDeadline(Conflict):
    """Only a deadline can be moved."""

    text = N_("This attempt has no time limit.")


class CannotCheck(Conflict):
    """The quiz gives its feedback after the submission."""

    text = N_("This test shows what was right after it has been submitted.")


class NothingToCheck(Conflict):
    """There is no answer yet that could be checked."""

    text = N_("Answer the whole question first, then check it.")


class PageLeft(Conflict):
    """Where there is no way back, what stands on a page behind is final."""

    text = N_("This question’s page was left, and there is no way back to it.")


class NotLate(Conflict):
    """Only an answer that came too late can be accepted."""

    text = N_("This answer did not come too late, or it counts already.")


class PreviewOutdated(Conflict):
    """What was shown of a regrade is no longer what it would do."""

    text = N_("What would change is no longer what you were shown, so nothing was changed.")


class UnfitRepair(Invalid):
    """A reason, mark, time or percentage that cannot be used; its fields say which."""

    text = N_("Nothing was changed, since something in the form cannot be used.")


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
