"""What a certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.credentials.domain import CredentialKind

MOST_SIGNATORIES = 3
MOST_LOGOS = 6


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who stands behind a certificate, in its language."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Logo:
    """A partner's picture, and what a screen reader says of it in the certificate's language."""

    content: bytes
    media_type: str  # image/svg+xml or image/png
    alt: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that is printed, in one language, as it was when the credential was frozen.

    Of an accreditation `level` is what it accredits, and its module may be empty; the others have
    no level, and participation has no score.
    """

    kind: CredentialKind
    language: str
    number: str
    code: str  # as the verification page takes it, in groups
    holder: str
    module_title: str
    programme_title: str
    minutes: int
    score: Fraction | None  # 0 to 1
    completed_on: date
    issued_on: date
    expires_on: date | None  # the last day on which it holds
    institution: str | None
    issuer: str
    signatories: tuple[Signatory, ...]
    logos: tuple[Logo, ...]
    replaces: str | None  # the number of the one that it supersedes
    level: str | None
    verify_url: str  # as it is printed
    qr_content: str  # the same, with the signed facts as its fragment
    specimen: bool

    def __post_init__(self) -> None:
        if (self.level is None) != (self.kind != CredentialKind.ACCREDITATION):
            raise ValueError("an accreditation has a level, and nothing else has")
        if self.kind == CredentialKind.PARTICIPATION and self.score is not None:
            raise ValueError("participation is not assessed")
        if len(self.signatories) > MOST_SIGNATORIES or len(self.logos) > MOST_LOGOS:
            raise ValueError("there is room for three signatories and six logos")
