"""Every reading of credentials."""

from lms.credentials.queries.credentials import (
    CredentialView,
    DocumentView,
    RevocationView,
    find_by_code,
    find_by_id,
    get_credential,
    list_credentials,
    list_failed,
    list_incomplete_ids,
)
from lms.credentials.queries.sharing import (
    SharedCertificates,
    ShareView,
    get_shared,
    list_shares,
)

__all__ = [
    "CredentialView",
    "DocumentView",
    "RevocationView",
    "ShareView",
    "SharedCertificates",
    "find_by_code",
    "find_by_id",
    "get_credential",
    "get_shared",
    "list_credentials",
    "list_failed",
    "list_incomplete_ids",
    "list_shares",
]
