"""Every write of credentials."""

from lms.credentials.commands.correcting import Answered, answer_correction, ask_for_correction
from lms.credentials.commands.documents import (
    MAKE_DOCUMENTS,
    ask_for_documents,
    keep_document,
    retry_documents,
)
from lms.credentials.commands.erasing import erase_holder, remove_erased_files
from lms.credentials.commands.issuing import issue_on_completion
from lms.credentials.commands.keys import YEARS, import_key, make_key, make_missing_keys, retire_key
from lms.credentials.commands.naming import (
    Confirmed,
    confirm_own_name,
    issue_on_confirmation,
    require_drawable,
)
from lms.credentials.commands.participating import Claimed, claim_participation
from lms.credentials.commands.renewing import renew_credential
from lms.credentials.commands.revoking import revoke_credential
from lms.credentials.commands.sharing import share_certificates, withdraw_share
from lms.credentials.commands.transcripts import MAKE_TRANSCRIPT, ask_for_transcript

__all__ = [
    "MAKE_DOCUMENTS",
    "MAKE_TRANSCRIPT",
    "YEARS",
    "Answered",
    "Claimed",
    "Confirmed",
    "answer_correction",
    "ask_for_correction",
    "ask_for_documents",
    "ask_for_transcript",
    "claim_participation",
    "confirm_own_name",
    "erase_holder",
    "import_key",
    "issue_on_completion",
    "issue_on_confirmation",
    "keep_document",
    "make_key",
    "make_missing_keys",
    "remove_erased_files",
    "renew_credential",
    "require_drawable",
    "retire_key",
    "retry_documents",
    "revoke_credential",
    "share_certificates",
    "withdraw_share",
]
