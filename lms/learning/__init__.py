"""Editions, enrolments and progress: where every result lands."""

from lms.learning.commands import Enrolled, enrol, follow_publication, record_result, require_open
from lms.learning.errors import ActivityLocked, NoSuchActivity, NoSuchEnrolment
from lms.learning.queries import (
    ActivityLine,
    EnrolmentPage,
    as_link,
    find_standing,
    get_enrolment,
    get_facts,
)

__all__ = [
    "ActivityLine",
    "ActivityLocked",
    "Enrolled",
    "EnrolmentPage",
    "NoSuchActivity",
    "NoSuchEnrolment",
    "as_link",
    "enrol",
    "find_standing",
    "follow_publication",
    "get_enrolment",
    "get_facts",
    "record_result",
    "require_open",
]
