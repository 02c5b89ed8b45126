"""Every write of an institution's desk."""

from lms.officers.commands.enrolling import EnrolReport, enrol_people
from lms.officers.commands.people import move_member
from lms.officers.commands.reminding import RemindReport, dismiss_reminder, remind_people
from lms.officers.commands.uploads import apply_upload, keep_upload, purge_uploads, remove_upload

__all__ = [
    "EnrolReport",
    "RemindReport",
    "apply_upload",
    "dismiss_reminder",
    "enrol_people",
    "keep_upload",
    "move_member",
    "purge_uploads",
    "remind_people",
    "remove_upload",
]
