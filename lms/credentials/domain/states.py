"""What a credential is, and what it says when it is checked."""

from enum import StrEnum


class CredentialKind(StrEnum):
    """What was certified."""

    COMPLETION = "completion"


class CredentialState(StrEnum):
    """What a check answers. Erased: the name is gone, the fact stays."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ERASED = "erased"


def judge_state(*, has_name: bool, is_newest: bool) -> CredentialState:
    """Return what a check answers: an erased name comes before a correction."""
    if not has_name:
        return CredentialState.ERASED
    return CredentialState.VALID if is_newest else CredentialState.SUPERSEDED
