"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion
from lms.credentials.queries import CredentialView, list_views
from lms.credentials.selectables import credential_facts, holds_on

__all__ = [
    "CredentialView",
    "credential_facts",
    "holds_on",
    "issue_on_completion",
    "list_views",
]
