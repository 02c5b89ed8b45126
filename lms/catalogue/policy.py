"""Who may do what in the catalogue. Published modules are for everybody to read."""

from __future__ import annotations

from lms.core.permissions import Actor, Permission


def may_load(actor: Actor) -> bool:
    """Return whether the actor may load course files; a course can hold any programme, so: on the site."""
    return actor.may(Permission.LOAD_COURSE, ())


def may_export(actor: Actor) -> bool:
    """Return whether the actor may take out course files, which tell every right answer."""
    return actor.may(Permission.LOAD_COURSE, ())
