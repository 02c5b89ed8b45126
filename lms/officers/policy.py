"""Who may do what at an institution's desk."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope


def may_read(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reads the people of the institution and of all below it. `scopes`: `institutions.list_scopes`."""
    return actor.may(Permission.READ_MEMBER, scopes)


def may_read_figures(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Counts of the people of an institution and of all below it."""
    return actor.may(Permission.READ_FIGURES, scopes)


def may_read_personal(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Who the people are whom a number by sex or age counts."""
    return actor.may(Permission.READ_PERSONAL, scopes)
