"""Every write of credentials."""

from lms.credentials.commands.documents import (
    MAKE_DOCUMENTS,
    ask_for_documents,
    keep_document,
    retry_documents,
)
from lms.credentials.commands.issuing import (
    issue_on_completion,
)
from lms.credentials.commands.keys import (
    YEARS,
    import_key,
    make_key,
    make_missing_keys,
    retire_key,
)
from lms.credentials.commands.sharing import (
    share_certificates,
    withdraw_share,
)

__all__ = [
    "MAKE_DOCUMENTS",
    "YEARS",
    "ask_for_documents",
    "import_key",
    "issue_on_completion",
    "keep_document",
    "make_key",
    "make_missing_keys",
    "retire_key",
    "retry_documents",
    "share_certificates",
    "withdraw_share",
]
