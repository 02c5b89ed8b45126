"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, issue_on_confirmation
from lms.credentials.queries import find_certificates
from lms.credentials.selectables import standing_credentials

__all__ = [
    "find_certificates",
    "issue_on_completion",
    "issue_on_confirmation",
    "standing_credentials",
]
