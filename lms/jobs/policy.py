"""Who may see a job."""

from __future__ import annotations

from lms.core.permissions import SITE, Actor, Permission


def may_read_all(actor: Actor) -> bool:
    """Say whether `actor` may see everybody's jobs, and why they failed."""
    return actor.may(Permission.READ_JOB, [SITE])


def may_read(actor: Actor, owner_id: int | None) -> bool:
    """Say whether `actor` may see a job of the person `owner_id` (None: the system's own)."""
    return actor.is_person(owner_id) or may_read_all(actor)
