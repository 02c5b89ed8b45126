"""Every write of quizzes and attempts."""

from lms.quizzes.commands.closing import (
    Submission,
    close_overdue_attempt,
    submit_attempt,
)
from lms.quizzes.commands.keeping import FINAL
from lms.quizzes.commands.regrading import list_score_changes, regrade_quiz
from lms.quizzes.commands.repairing import (
    accept_answer,
    extend_deadline,
    give_extra_time,
    grant_attempt,
    mark_answer,
    reopen_attempt,
)
from lms.quizzes.commands.saving import (
    PageAnswer,
    check_answer,
    choose_answer,
    save_answers,
    save_page,
    set_page_aside,
    turn_page,
)
from lms.quizzes.commands.starting import Started, start_attempt

__all__ = [
    "FINAL",
    "PageAnswer",
    "Started",
    "Submission",
    "accept_answer",
    "check_answer",
    "choose_answer",
    "close_overdue_attempt",
    "extend_deadline",
    "give_extra_time",
    "grant_attempt",
    "list_score_changes",
    "mark_answer",
    "regrade_quiz",
    "reopen_attempt",
    "save_answers",
    "save_page",
    "set_page_aside",
    "start_attempt",
    "submit_attempt",
    "turn_page",
]
