"""What a credential is, and what it says when it is checked."""

from enum import StrEnum


class CredentialKind(StrEnum):
    """What was certified."""

    # Everything that the module asks was done, the assessed work passed.
    COMPLETION = "completion"
    # Everything was read and attended; nothing that was assessed counts.
    PARTICIPATION = "participation"
    # A trainer reached a level of a cascade.
    ACCREDITATION = "accreditation"


class CredentialState(StrEnum):
    """What a check answers. Erased: the name is gone, the fact stays."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ERASED = "erased"


class SupersessionReason(StrEnum):
    """Why a credential was replaced by another."""

    NAME_CORRECTED = "name-corrected"
    FACTS_CORRECTED = "facts-corrected"


class RevocationReason(StrEnum):
    """Why a credential was withdrawn, in the words that anybody may read."""

    ISSUED_IN_ERROR = "issued-in-error"
    MISCONDUCT = "misconduct"
    HOLDER_ASKED = "holder-asked"


class KeyUse(StrEnum):
    """What a key signs: PDF documents (EC P-256), or the QR codes on them (Ed25519)."""

    DOCUMENTS = "documents"
    CODES = "codes"


class KeyStanding(StrEnum):
    """What a key does now, as the operator reads it."""

    SIGNS = "signs"
    # Would sign if the newer ones did not.
    SPARE = "spare"
    RETIRED = "retired"
    EXPIRED = "expired"
    # Its private half is not in this machine's folder.
    ABSENT = "absent"
    UNREADABLE = "unreadable"


def judge_state(
    *, has_name: bool, is_revoked: bool, is_newest: bool, is_expired: bool
) -> CredentialState:
    """Return what a check answers: the gravest that is true, an erased name before all."""
    if not has_name:
        return CredentialState.ERASED
    if is_revoked:
        return CredentialState.REVOKED
    if not is_newest:
        return CredentialState.SUPERSEDED
    return CredentialState.EXPIRED if is_expired else CredentialState.VALID
