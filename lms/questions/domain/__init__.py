"""Questions and how they are graded: pure.

Each type is one module in `types` and one line in `TYPES`.
"""

from lms.questions.domain.bank import Bank, BankQuestion
from lms.questions.domain.choices import option_key
from lms.questions.domain.interface import (
    Examples,
    QuestionType,
    UnfitBody,
    UnfitResponse,
)
from lms.questions.domain.types import TYPES, get_type

__all__ = [
    "TYPES",
    "Bank",
    "BankQuestion",
    "Examples",
    "QuestionType",
    "UnfitBody",
    "UnfitResponse",
    "get_type",
    "option_key",
]
