"""Values and rules of credentials: pure."""

from lms.credentials.domain.codes import draw_code, group_code, read_code, write_number
from lms.credentials.domain.names import commit_to_name
from lms.credentials.domain.sharing import DEFAULT_DAYS, MOST_DAYS, MOST_LINKS, is_fit_end
from lms.credentials.domain.states import (
    CredentialKind,
    CredentialState,
    KeyUse,
    RevocationReason,
    SupersessionReason,
    judge_state,
)

__all__ = [
    "DEFAULT_DAYS",
    "MOST_DAYS",
    "MOST_LINKS",
    "CredentialKind",
    "CredentialState",
    "KeyUse",
    "RevocationReason",
    "SupersessionReason",
    "commit_to_name",
    "draw_code",
    "group_code",
    "is_fit_end",
    "judge_state",
    "read_code",
    "write_number",
]
