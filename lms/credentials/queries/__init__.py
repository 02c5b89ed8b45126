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
    list_views,
)

__all__ = [
    "CredentialView",
    "DocumentView",
    "RevocationView",
    "find_by_code",
    "find_by_id",
    "get_credential",
    "list_credentials",
    "list_failed",
    "list_incomplete_ids",
    "list_views",
]
