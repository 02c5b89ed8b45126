"""Editions, enrolments and progress: where every result lands."""

from lms.learning.commands import (
    Enrolled,
    enrol,
    enrol_again,
    follow_publication,
    record_result,
    require_open,
    require_participation,
    reveal_score,
)
from lms.learning.errors import ActivityLocked, NoSuchActivity, NoSuchEnrolment
from lms.learning.queries import (
    ActivityLine,
    EnrolmentPage,
    as_link,
    find_standing,
    get_enrolment,
    get_facts,
    list_completions,
)
from lms.learning.selectables import activity_progress, enrolment_owners

__all__ = [
    "ActivityLine",
    "ActivityLocked",
    "Enrolled",
    "EnrolmentPage",
    "NoSuchActivity",
    "NoSuchEnrolment",
    "activity_progress",
    "as_link",
    "enrol",
    "enrol_again",
    "enrolment_owners",
    "find_standing",
    "follow_publication",
    "get_enrolment",
    "get_facts",
    "list_completions",
    "record_result",
    "require_open",
    "require_participation",
    "reveal_score",
]
