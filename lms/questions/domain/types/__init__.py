"""The types there are, under the names that course files and the API use."""

from __future__ import annotations

from collections.abc import Mapping

from lms.questions.domain.interface import QuestionType
from lms.questions.domain.types.multiple_choice import MultipleChoice
from lms.questions.domain.types.single_choice import SingleChoice

TYPES: Mapping[str, QuestionType] = {
    "single_choice": SingleChoice(),
    "multiple_choice": MultipleChoice(),
}


def get_type(name: str) -> QuestionType:
    """Return the type of a stored question."""
    return TYPES[name]
