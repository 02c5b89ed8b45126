"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, make_missing_keys
from lms.credentials.selectables import (
    certified_enrolments,
    credential_documents,
    institution_credentials,
)

__all__ = [
    "certified_enrolments",
    "credential_documents",
    "institution_credentials",
    "issue_on_completion",
    "make_missing_keys",
]
