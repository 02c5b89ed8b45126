"""The pages of credentials: for everybody, and for their holders."""

from lms.credentials.pages import mine, sharing, verification

PAGES = (verification.pages, mine.pages, sharing.pages)

__all__ = ["PAGES"]
