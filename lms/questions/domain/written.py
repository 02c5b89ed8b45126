"""When two written answers are the same, as a person would say.

Never told apart: composed and decomposed letters, the kinds of apostrophe, hyphen and space, blanks at the ends and in
rows; capitals neither, unless the author asks. Accents are, where it matters: an answer is first compared with its
accents, and only if it fits none of the question's answers is it compared without, since many phones and keyboards have
none. `*` in an accepted answer stands for any text, `\\*` for itself.
"""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ‛´`′", "'"))
HYPHENS = str.maketrans(dict.fromkeys("‐‑–—−", "-"))


def tidy(text: str, *, keeps_case: bool) -> str:
    """Return a text as it is compared with its accents."""
    even = unicodedata.normalize("NFC", text).translate(APOSTROPHES).translate(HYPHENS)
    words = " ".join(even.split())
    return words if keeps_case else words.casefold()


def drop_accents(text: str) -> str:
    """Return a text without the marks on its letters."""
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in letters if not unicodedata.combining(letter))
    )


def fold(text: str) -> str:
    """Return a text as searches compare it: without capitals and accents, its blanks and apostrophes even."""
    return drop_accents(tidy(text, keeps_case=False))


def fits(text: str, accepted: str, *, keeps_case: bool, keeps_accents: bool) -> bool:
    """Return whether a text is what an accepted answer, with its `*`, stands for."""
    parts = [part.replace("\\*", "*") for part in re.split(r"(?<!\\)\*", accepted)]
    given = tidy(text, keeps_case=keeps_case)
    # The blanks beside a `*` belong to it.
    wanted = [tidy(part, keeps_case=keeps_case) for part in parts]
    if not keeps_accents:
        given, wanted = drop_accents(given), [drop_accents(part) for part in wanted]
    return re.fullmatch(".*".join(map(re.escape, wanted)), given, re.DOTALL) is not None
