"""Values and rules of credentials: pure."""

from lms.credentials.domain.codes import draw_code, group_code, read_code, write_number
from lms.credentials.domain.names import commit_to_name
from lms.credentials.domain.requests import LONGEST_WORDS, find_problem_with_words
from lms.credentials.domain.states import (
    CredentialKind,
    CredentialState,
    KeyUse,
    RevocationReason,
    SupersessionReason,
    judge_state,
)
from lms.credentials.domain.terms import add_months, find_expiry, is_time_to_renew

__all__ = [
    "LONGEST_WORDS",
    "CredentialKind",
    "CredentialState",
    "KeyUse",
    "RevocationReason",
    "SupersessionReason",
    "add_months",
    "commit_to_name",
    "draw_code",
    "find_expiry",
    "find_problem_with_words",
    "group_code",
    "is_time_to_renew",
    "judge_state",
    "read_code",
    "write_number",
]
