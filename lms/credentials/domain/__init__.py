"""Values and rules of credentials: pure."""

from lms.credentials.domain.codes import draw_code, group_code, read_code, write_number
from lms.credentials.domain.coverage import list_undrawable
from lms.credentials.domain.names import commit_to_name
from lms.credentials.domain.states import (
    CredentialKind,
    CredentialState,
    KeyUse,
    RevocationReason,
    SupersessionReason,
    judge_state,
)

__all__ = [
    "CredentialKind",
    "CredentialState",
    "KeyUse",
    "RevocationReason",
    "SupersessionReason",
    "commit_to_name",
    "draw_code",
    "group_code",
    "judge_state",
    "list_undrawable",
    "read_code",
    "write_number",
]
