"""Values and rules of learning: pure."""

from lms.learning.domain.enrolments import EnrolmentFacts
from lms.learning.domain.events import ModuleCompleted
from lms.learning.domain.notices import DashboardNotice
from lms.learning.domain.progress import (
    COMPLETION_RULES_VERSION,
    ActivityState,
    Requirement,
    Standing,
    find_locks,
    judge_progress,
    judge_shown_state,
    judge_state,
    module_score,
)

__all__ = [
    "COMPLETION_RULES_VERSION",
    "ActivityState",
    "DashboardNotice",
    "EnrolmentFacts",
    "ModuleCompleted",
    "Requirement",
    "Standing",
    "find_locks",
    "judge_progress",
    "judge_shown_state",
    "judge_state",
    "module_score",
]
