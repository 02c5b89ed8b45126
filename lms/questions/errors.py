"""Refusals of the question bank."""

from lms.core.errors import NotFound
from lms.core.i18n import N_


class NoSuchQuestion(NotFound):
    """No question of the module has that key."""

    text = N_("There is no such question.")
