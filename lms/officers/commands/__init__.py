"""Every write of an institution's desk."""

from lms.officers.commands.enrolling import EnrolReport, enrol_people
from lms.officers.commands.reminding import RemindReport, dismiss_reminder, remind_people

__all__ = [
    "EnrolReport",
    "RemindReport",
    "dismiss_reminder",
    "enrol_people",
    "remind_people",
]
