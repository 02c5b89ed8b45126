"""Messages that are written below the edges and translated at them, and text in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The interface speaks these, in the order in which the switch shows them.
INTERFACE_LANGUAGES: Mapping[str, str] = {"fr": "Français", "en": "English"}
DEFAULT_LANGUAGE = "fr"

# Scripts that run from right to left, for the `dir` of content in them.
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


# English dates and numbers as most of the world writes them: 22 November 2026.
_FORMAT_LOCALES: Mapping[str, str] = {"en": "en_001"}


def format_locale(language: str) -> str:
    """Return the locale by which dates and numbers in `language` are written."""
    return _FORMAT_LOCALES.get(language, language)


def N_(message: str) -> str:
    """Mark `message` for translation and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Message:
    """A translatable sentence with named placeholders; an edge turns it into the reader's language."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it in English, for logs and exceptions."""
        return self.text % self.params if self.params else self.text


def pick_text(texts: Mapping[str, str], language: str, fallback: str = DEFAULT_LANGUAGE) -> str:
    """Return the text in `language`, else in `fallback`, else in any language there is, else ''."""
    for code in (language, fallback):
        if texts.get(code):
            return texts[code]
    return next((text for text in texts.values() if text), "")


def pick_language(available: Mapping[str, object], language: str, fallback: str) -> str:
    """Return `language` if `available` has it, else `fallback`."""
    return language if language in available else fallback


def direction(language: str) -> str:
    """Return the value of the HTML attribute `dir` for text in `language`."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"
