"""The questions of a module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question as the author wrote it; `body` is JSON that its type has checked."""

    type: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bank:
    """A module's questions under their keys; their order means nothing."""

    questions: Mapping[str, BankQuestion]
