"""What a programme's certificates show beside what was achieved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_SIGNATORIES = 3
MOST_LOGOS = 6


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who stands behind the certificates; the title is in each language."""

    name: str
    title: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return it as a programme keeps it."""
        return {"name": self.name, "title": dict(self.title)}


@dataclass(frozen=True, slots=True)
class PartnerLogo:
    """A partner's picture, and what it shows in words, in each language; `path` is its file's name."""

    path: str
    media_type: str
    content: bytes
    alt: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """The hash under which it is kept."""
        return hashlib.sha256(self.content).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Return it as a programme keeps it; the picture is apart."""
        return {"file": self.path, "sha256": self.sha256, "alt": dict(self.alt)}
