"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, issue_on_confirmation, make_missing_keys
from lms.credentials.queries import CredentialView, find_certificates, list_views
from lms.credentials.selectables import (
    certified_enrolments,
    credential_documents,
    holds_on,
    institution_credentials,
)

__all__ = [
    "CredentialView",
    "certified_enrolments",
    "credential_documents",
    "find_certificates",
    "holds_on",
    "institution_credentials",
    "issue_on_completion",
    "issue_on_confirmation",
    "list_views",
    "make_missing_keys",
]
