"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, issue_on_confirmation, make_missing_keys
from lms.credentials.queries import find_certificates
from lms.credentials.selectables import (
    certified_enrolments,
    credential_documents,
    institution_credentials,
)

__all__ = [
    "certified_enrolments",
    "credential_documents",
    "find_certificates",
    "institution_credentials",
    "issue_on_completion",
    "issue_on_confirmation",
    "make_missing_keys",
]
