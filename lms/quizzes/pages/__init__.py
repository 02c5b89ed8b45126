"""The pages of quizzes: for those who sit them, and for trainers."""

from lms.quizzes.pages import attempts, repairs, results
from lms.quizzes.pages.attempts import CARRIED, show_quiz

PAGES = (attempts.pages, results.pages, repairs.pages)

__all__ = ["CARRIED", "PAGES", "show_quiz"]
