"""Editions, enrolments and progress: where every result lands."""

from lms.learning.commands import (
    OPEN_EDITION,
    Enrolled,
    enrol,
    enrol_again,
    enrol_member,
    follow_publication,
    move_enrolments,
    note_activity,
    record_result,
    require_open,
    require_participation,
    reveal_score,
)
from lms.learning.errors import (
    ActivityLocked,
    NoSuchActivity,
    NoSuchEnrolment,
    PrerequisitesMissing,
)
from lms.learning.queries import (
    ActivityLine,
    EnrolmentPage,
    as_link,
    find_standing,
    get_enrolment,
    get_facts,
    list_completions,
)
from lms.learning.selectables import activity_progress, editions, enrolment_owners

__all__ = [
    "OPEN_EDITION",
    "ActivityLine",
    "ActivityLocked",
    "Enrolled",
    "EnrolmentPage",
    "NoSuchActivity",
    "NoSuchEnrolment",
    "PrerequisitesMissing",
    "activity_progress",
    "as_link",
    "editions",
    "enrol",
    "enrol_again",
    "enrol_member",
    "enrolment_owners",
    "find_standing",
    "follow_publication",
    "get_enrolment",
    "get_facts",
    "list_completions",
    "move_enrolments",
    "note_activity",
    "record_result",
    "require_open",
    "require_participation",
    "reveal_score",
]
