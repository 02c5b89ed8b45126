"""Who may do what at an institution's desk."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope


def may_read(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reads the people of the institution and of all below it. `scopes`: `institutions.list_scopes`."""
    return actor.may(Permission.READ_MEMBER, scopes)
