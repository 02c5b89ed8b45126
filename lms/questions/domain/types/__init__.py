"""The types there are, under the names that course files and the API use."""

from __future__ import annotations

from collections.abc import Mapping

from lms.questions.domain.interface import QuestionType
from lms.questions.domain.types.matching import Matching
from lms.questions.domain.types.multiple_choice import MultipleChoice
from lms.questions.domain.types.numerical import Numerical
from lms.questions.domain.types.short_answer import ShortAnswer
from lms.questions.domain.types.single_choice import SingleChoice
from lms.questions.domain.types.true_false import TrueFalse

TYPES: Mapping[str, QuestionType] = {
    "single_choice": SingleChoice(),
    "multiple_choice": MultipleChoice(),
    "true_false": TrueFalse(),
    "short_answer": ShortAnswer(),
    "matching": Matching(),
    "numerical": Numerical(),
}


def get_type(name: str) -> QuestionType:
    """Return the type of a stored question."""
    return TYPES[name]
