"""What a certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Certificate:
    """Everything that is printed, in one language, as it was when the credential was frozen."""

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
    institution: str | None
    issuer: str
    verify_url: str  # as it is printed
    qr_content: str  # the same, with the signed facts as its fragment
    specimen: bool
