"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, issue_on_confirmation, make_missing_keys
from lms.credentials.queries import find_certificates
from lms.credentials.selectables import certified_enrolments

__all__ = [
    "certified_enrolments",
    "find_certificates",
    "issue_on_completion",
    "issue_on_confirmation",
    "make_missing_keys",
]
