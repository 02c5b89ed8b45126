"""The pages of an institution's desk."""

from lms.officers.pages import (
    appointing,
    bundles,
    desk,
    figures,
    members,
    people,
    reminders,
    slips,
    uploads,
)
from lms.officers.pages.reminders import list_notices

PAGES = (
    desk.pages,
    members.pages,
    reminders.pages,
    people.pages,
    bundles.pages,
    figures.pages,
    uploads.pages,
    slips.pages,
    appointing.pages,
)

__all__ = ["PAGES", "list_notices"]
