"""What is said when a correction is asked for and answered, and when a credential is withdrawn."""

from __future__ import annotations

from lms.core.i18n import N_, Message

LONGEST_WORDS = 1000


def find_problem_with_words(text: str) -> Message | None:
    """Return what forbids a reason, an answer or a note; its blanks are trimmed."""
    length = len(text.strip())
    if not length:
        return Message(N_("Write at least a few words here."))
    if length > LONGEST_WORDS:
        return Message(
            N_("This has %(length)s characters; at most %(limit)s are kept."),
            {"length": length, "limit": LONGEST_WORDS},
        )
    return None
