"""The pages of credentials: for everybody, and for their holders."""

from lms.credentials.pages import files, mine, verification

PAGES = (verification.pages, files.pages, mine.pages)

__all__ = ["PAGES"]
