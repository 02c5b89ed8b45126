"""Values and rules of quizzes: pure."""

from lms.quizzes.domain.saving import (
    KeptSave,
    Save,
    find_current,
    find_repeated,
    judge,
    next_number,
)
from lms.quizzes.domain.scoring import is_passed, score_of
from lms.quizzes.domain.settings import QuizSettings, attempts_left, note_on_attempts

__all__ = [
    "KeptSave",
    "QuizSettings",
    "Save",
    "attempts_left",
    "find_current",
    "find_repeated",
    "is_passed",
    "judge",
    "next_number",
    "note_on_attempts",
    "score_of",
]
