"""How a name reads on a certificate."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from lms.accounts.domain.people import PersonName, is_unfit
from lms.core.i18n import Message


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name in its parts, and whether the family names are printed in capitals."""

    name: PersonName
    in_capitals: bool = False

    @property
    def written(self) -> str:
        """The name as it is printed; capitals keep every accent: Élise, ÉLISE."""
        return self._shown.written

    @property
    def faults(self) -> dict[str, Message]:
        """What forbids it, under the part that is at fault; empty if nothing does."""
        fault = self._shown.fault
        if fault is None:
            return {}
        given, family = self.name.given_names, self.name.family_names
        if any(map(is_unfit, family)) != any(map(is_unfit, given)):
            part = "family_names" if any(map(is_unfit, family)) else "given_names"
        else:
            part = "family_names" if len(family) > len(given) else "given_names"
        return {part: fault}

    @property
    def _shown(self) -> PersonName:
        if not self.in_capitals:
            return self.name
        capitals = unicodedata.normalize("NFC", self.name.family_names.upper())
        return replace(self.name, family_names=capitals)


def tidy_name(name: PersonName) -> PersonName:
    """Return the name with one blank between words and each letter in one piece (NFC); nothing else is changed."""
    given, family = (
        " ".join(unicodedata.normalize("NFC", part).split())
        for part in (name.given_names, name.family_names)
    )
    return replace(name, given_names=given, family_names=family)
