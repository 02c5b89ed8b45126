"""What the dashboard tells a learner besides the enrolments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DashboardNotice:
    """A word to the learner, in the learner's language, and the enrolment that it asks to go on with.

    It is there until the learner goes on, or sends a form to `dismissal_url`.
    """

    text: str
    enrolment_id: int
    dismissal_url: str
