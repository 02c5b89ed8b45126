"""The pages of credentials: for everybody, and for their holders."""

from lms.credentials.pages import files, mine, offline, verification

PAGES = (verification.pages, files.pages, offline.pages, mine.pages)

__all__ = ["PAGES"]
