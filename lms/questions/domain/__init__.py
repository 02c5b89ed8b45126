"""Questions and how they are graded: pure.

Each type is one module in `types` and one line in `TYPES`.
"""

from lms.questions.domain.bank import Bank, BankQuestion
from lms.questions.domain.choices import option_key
from lms.questions.domain.interface import (
    Choice,
    Control,
    Examples,
    Field,
    Holds,
    QuestionType,
    ReviewLine,
    Shown,
    UnfitBody,
    UnfitResponse,
    build_response,
)
from lms.questions.domain.types import TYPES, get_type

__all__ = [
    "TYPES",
    "Bank",
    "BankQuestion",
    "Choice",
    "Control",
    "Examples",
    "Field",
    "Holds",
    "QuestionType",
    "ReviewLine",
    "Shown",
    "UnfitBody",
    "UnfitResponse",
    "build_response",
    "get_type",
    "option_key",
]
