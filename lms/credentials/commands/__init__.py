"""Every write of credentials."""

from lms.credentials.commands.documents import MAKE_DOCUMENTS, ask_for_documents, keep_document
from lms.credentials.commands.issuing import issue_on_completion
from lms.credentials.commands.sharing import share_certificates, withdraw_share

__all__ = [
    "MAKE_DOCUMENTS",
    "ask_for_documents",
    "issue_on_completion",
    "keep_document",
    "share_certificates",
    "withdraw_share",
]
