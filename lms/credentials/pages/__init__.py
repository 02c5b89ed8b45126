"""The pages of credentials: for everybody, and for their holders."""

from lms.credentials.pages import files, mine, offline, sharing, verification

PAGES = (
    verification.pages,
    mine.pages,
    sharing.pages,
    files.pages,
    offline.pages,
)

__all__ = ["PAGES"]
