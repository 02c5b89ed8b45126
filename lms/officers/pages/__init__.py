"""The pages of an institution's desk."""

from lms.officers.pages import appointing, bundles, desk, figures, people, slips, uploads

PAGES = (
    desk.pages,
    people.pages,
    uploads.pages,
    slips.pages,
    appointing.pages,
    bundles.pages,
    figures.pages,
)

__all__ = ["PAGES"]
