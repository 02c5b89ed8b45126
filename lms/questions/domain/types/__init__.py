"""The types there are, under the names that course files and the API use."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from lms.questions.domain.interface import Body, Prepared, QuestionType
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


def prepare_for_nobody(type_: str, body: Body) -> Prepared:
    """Return what is prepared where nobody sits the question: the author's order, or one alike for all readers."""
    chance = Random(0)  # noqa: S311 (nothing is drawn for anybody)
    return TYPES[type_].prepare(body, chance, shuffles=False)


def get_type(name: str) -> QuestionType:
    """Return the type of a stored question."""
    return TYPES[name]
