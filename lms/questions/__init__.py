"""The question bank: versions that never change, and the types that grade them.

Types, responses and marks are in `lms.questions.domain`, and so is what rooms above tell the pages of the bank.
"""

from lms.questions.course_part import BankPart, find_bank
from lms.questions.queries import (
    NewestVersion,
    QuestionVersionView,
    find_newest_versions,
    get_versions,
    list_bank,
)
from lms.questions.selectables import question_versions

__all__ = [
    "BankPart",
    "NewestVersion",
    "QuestionVersionView",
    "find_bank",
    "find_newest_versions",
    "get_versions",
    "list_bank",
    "question_versions",
]
