"""Values and rules of credentials: pure."""

from lms.credentials.domain.codes import draw_code, group_code, read_code, write_number
from lms.credentials.domain.coverage import list_undrawable
from lms.credentials.domain.events import NamesErased
from lms.credentials.domain.files import FileState, Marks, find_marks, holds_certificate, is_pdf
from lms.credentials.domain.names import commit_to_name
from lms.credentials.domain.payloads import (
    CodePayload,
    MalformedFragment,
    SignedPayload,
    read_fragment,
    write_fragment,
    write_message,
)
from lms.credentials.domain.requests import LONGEST_WORDS, find_problem_with_words
from lms.credentials.domain.retries import pause_before_retry
from lms.credentials.domain.sharing import DEFAULT_DAYS, MOST_DAYS, MOST_LINKS, is_fit_end
from lms.credentials.domain.states import (
    CredentialKind,
    CredentialState,
    KeyStanding,
    KeyUse,
    RevocationReason,
    SupersessionReason,
    judge_state,
)
from lms.credentials.domain.terms import add_months, find_expiry, is_time_to_renew
from lms.credentials.domain.withdrawals import Withdrawal, hash_code, write_list, write_list_message

__all__ = [
    "DEFAULT_DAYS",
    "LONGEST_WORDS",
    "MOST_DAYS",
    "MOST_LINKS",
    "CodePayload",
    "CredentialKind",
    "CredentialState",
    "FileState",
    "KeyStanding",
    "KeyUse",
    "MalformedFragment",
    "Marks",
    "NamesErased",
    "RevocationReason",
    "SignedPayload",
    "SupersessionReason",
    "Withdrawal",
    "add_months",
    "commit_to_name",
    "draw_code",
    "find_expiry",
    "find_marks",
    "find_problem_with_words",
    "group_code",
    "hash_code",
    "holds_certificate",
    "is_fit_end",
    "is_pdf",
    "is_time_to_renew",
    "judge_state",
    "list_undrawable",
    "pause_before_retry",
    "read_code",
    "read_fragment",
    "write_fragment",
    "write_list",
    "write_list_message",
    "write_message",
    "write_number",
]
