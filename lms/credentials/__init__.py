"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion
from lms.credentials.selectables import credential_documents, institution_credentials

__all__ = ["credential_documents", "institution_credentials", "issue_on_completion"]
