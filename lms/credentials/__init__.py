"""Certificates that are believed: frozen facts, stored documents, verification."""

from lms.credentials.commands import issue_on_completion, make_missing_keys

__all__ = ["issue_on_completion", "make_missing_keys"]
