"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import (
    answer_correction,
    ask_for_correction,
    issue_on_completion,
    issue_on_confirmation,
    make_missing_keys,
    revoke_credential,
)
from lms.credentials.queries import CredentialView, find_certificates, list_credentials, list_views
from lms.credentials.selectables import (
    certified_enrolments,
    credential_documents,
    holds_on,
    institution_credentials,
)

__all__ = [
    "CredentialView",
    "answer_correction",
    "ask_for_correction",
    "certified_enrolments",
    "credential_documents",
    "find_certificates",
    "holds_on",
    "institution_credentials",
    "issue_on_completion",
    "issue_on_confirmation",
    "list_credentials",
    "list_views",
    "make_missing_keys",
    "revoke_credential",
]
