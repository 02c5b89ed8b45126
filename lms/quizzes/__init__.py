"""Quizzes, attempts and grades."""

from lms.quizzes.activity_kind import QuizKind

__all__ = ["QuizKind"]
