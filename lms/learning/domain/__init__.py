"""Values and rules of learning: pure."""

from lms.learning.domain.certificates import (
    CertificateStanding,
    Participation,
    list_attended,
    took_part,
)
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
    "CertificateStanding",
    "DashboardNotice",
    "EnrolmentFacts",
    "ModuleCompleted",
    "Participation",
    "Requirement",
    "Standing",
    "find_locks",
    "judge_progress",
    "judge_shown_state",
    "judge_state",
    "list_attended",
    "module_score",
    "took_part",
]
