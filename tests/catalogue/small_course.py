"""A small course, written to a folder with whatever a test changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

MODULE = "shelf/lists"

FILES: Mapping[str, str] = {
    "shelf/programme.yaml": """\
title:
  fr: Une étagère
  en: A shelf
summary:
  fr: Pour les essais.
  en: For trials.
""",
    "shelf/lists/module.yaml": """\
code: M8
title:
  fr: Les listes électorales
  en: Voter lists
summary:
  fr: Ce qu’est une liste.
  en: What a list is.
source_language: fr
sections:
  - key: first
    title:
      fr: Première partie
      en: First part
    activities:
      - kind: lesson
        key: words
        minutes: 20
      - kind: quiz
        key: words-test
        minutes: 10
        after: [words]
""",
    "shelf/lists/lessons/words.fr.md": """\
---
title: Les mots
revision: 2
---

Un paragraphe, avec une note[^1].

## Un titre

![Un carré bleu.](figures/square.svg "Un carré")

Voir [plus haut](#un-titre) et [un site](https://example.org/page).

::: note À retenir
Un encadré.
:::

[^1]: La note.
""",
    "shelf/lists/lessons/words.en.md": """\
---
title: The words
translates: 2
---

A paragraph.
""",
    "shelf/lists/lessons/figures/square.svg": """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30">
  <title>Un carré</title>
  <rect width="40" height="30" fill="#123456"/>
</svg>
""",
    "shelf/lists/quizzes/words-test.yaml": """\
title:
  fr: Essai
  en: Test
draw: 2
pass_mark: 70
attempts: 3
""",
    "shelf/lists/bank.yaml": """\
questions:
  - key: which
    type: single_choice
    prompt:
      fr: Lequel est *juste* ?
      en: Which one is *right*?
    options:
      - key: this
        fraction: 1
        text: {fr: Celui-ci, en: This one}
        feedback: {fr: Oui., en: Yes.}
      - key: that
        fraction: 0
        text: {fr: Celui-là, en: That one}
        feedback: {fr: Non., en: No.}
  - key: several
    type: multiple_choice
    prompt: {fr: Lesquels, en: Which ones}
    options:
      - key: red
        fraction: 1/2
        text: {fr: Rouge, en: Red}
        feedback: {fr: Oui., en: Yes.}
      - key: blue
        fraction: 1/2
        text: {fr: Bleu, en: Blue}
        feedback: {fr: Oui., en: Yes.}
      - key: grey
        fraction: -1/2
        text: {fr: Gris, en: Grey}
        feedback: {fr: Non., en: No.}
""",
}


def write_course(root: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the course below `root`, with other contents for some files, or without them (None)."""
    files: dict[str, str | bytes | None] = {**FILES, **(changes or {})}
    for name, content in files.items():
        file = root / name
        file.unlink(missing_ok=True)
        if content is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def changed(name: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """Return the file with its first `old` replaced; a test whose `old` is not there is wrong."""
    text = FILES[name]
    assert old in text
    return {name: text.replace(old, new, 1)}
