"""The few words that the HTML of a text needs beside the author's, in the text's own language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """What a screen reader says; each but the first two is followed by a number."""

    notes: str
    back: str
    note: str
    table: str


ENGLISH = Labels(notes="Notes", back="Back to the text", note="Note", table="Table")

LABELS = {
    "en": ENGLISH,
    "fr": Labels(notes="Notes", back="Retour au texte", note="Note", table="Tableau"),
}


def labels_in(language: str) -> Labels:
    """Return the labels in `language`, or else in English."""
    return LABELS.get(language.split("-")[0], ENGLISH)
