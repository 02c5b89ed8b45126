"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion
from lms.credentials.selectables import certified_enrolments

__all__ = ["certified_enrolments", "issue_on_completion"]
