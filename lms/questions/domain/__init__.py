"""Questions and how they are graded: pure.

Each type is one module in `types` and one line in `TYPES`.
"""

from lms.questions.domain.bank import (
    DEEPEST_CATEGORY,
    MOST_TAGS,
    Bank,
    BankLine,
    BankQuestion,
    by_category,
    is_below,
    list_categories,
    select_questions,
)
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
from lms.questions.domain.revisions import Change, Fate, Piece, list_changes, mark_words
from lms.questions.domain.types import TYPES, get_type, prepare_for_nobody
from lms.questions.domain.uses import QuestionFigures, Use

__all__ = [
    "DEEPEST_CATEGORY",
    "MOST_TAGS",
    "TYPES",
    "Bank",
    "BankLine",
    "BankQuestion",
    "Change",
    "Choice",
    "Control",
    "Examples",
    "Fate",
    "Field",
    "Holds",
    "Piece",
    "QuestionFigures",
    "QuestionType",
    "ReviewLine",
    "Shown",
    "UnfitBody",
    "UnfitResponse",
    "Use",
    "build_response",
    "by_category",
    "get_type",
    "is_below",
    "list_categories",
    "list_changes",
    "mark_words",
    "option_key",
    "prepare_for_nobody",
    "select_questions",
]
