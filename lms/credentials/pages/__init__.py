"""The pages of credentials: for everybody, for their holders, and for those who correct them."""

from lms.credentials.pages import desk, mine, naming, verification

PAGES = (verification.pages, mine.pages, naming.pages, desk.pages)

__all__ = ["PAGES"]
