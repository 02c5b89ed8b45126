"""Quizzes, attempts and grades."""

from lms.quizzes.activity_kind import QuizKind
from lms.quizzes.queries import find_question_figures, find_question_uses

__all__ = ["QuizKind", "find_question_figures", "find_question_uses"]
