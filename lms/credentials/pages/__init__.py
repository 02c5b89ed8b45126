"""The pages of credentials: for everybody, for their holders, and for those who correct them."""

from lms.credentials.pages import (
    desk,
    files,
    mine,
    naming,
    offline,
    sharing,
    transcripts,
    verification,
)

PAGES = (
    verification.pages,
    mine.pages,
    sharing.pages,
    transcripts.pages,
    files.pages,
    offline.pages,
    naming.pages,
    desk.pages,
)

__all__ = ["PAGES"]
