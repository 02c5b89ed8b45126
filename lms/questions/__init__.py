"""The question bank: versions that never change, and the types that grade them.

Types, responses and marks are in `lms.questions.domain`.
"""

from lms.questions.course_part import BankPart, find_bank
from lms.questions.queries import QuestionVersionView, get_versions, list_current_versions
from lms.questions.selectables import question_versions

__all__ = [
    "BankPart",
    "QuestionVersionView",
    "find_bank",
    "get_versions",
    "list_current_versions",
    "question_versions",
]
