"""The pages of credentials: for everybody, and for their holders."""

from lms.credentials.pages import mine, verification

PAGES = (verification.pages, mine.pages)

__all__ = ["PAGES"]
