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
    list_retries,
)
from lms.credentials.queries.files import FileView, check_file
from lms.credentials.queries.keys import (
    KeyView,
    Signer,
    get_signer,
    list_code_keys,
    list_keys,
    list_standings,
    list_uses_without_key,
    sign_code,
)
from lms.credentials.queries.offline import OfflineFacts, get_offline_facts, list_withdrawals
from lms.credentials.queries.sharing import SharedCertificates, ShareView, get_shared, list_shares

__all__ = [
    "CredentialView",
    "DocumentView",
    "FileView",
    "KeyView",
    "OfflineFacts",
    "RevocationView",
    "ShareView",
    "SharedCertificates",
    "Signer",
    "check_file",
    "find_by_code",
    "find_by_id",
    "get_credential",
    "get_offline_facts",
    "get_shared",
    "get_signer",
    "list_code_keys",
    "list_credentials",
    "list_failed",
    "list_incomplete_ids",
    "list_keys",
    "list_retries",
    "list_shares",
    "list_standings",
    "list_uses_without_key",
    "list_withdrawals",
    "sign_code",
]
