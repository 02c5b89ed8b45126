"""Who may do what with people."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope


def may_create_person(actor: Actor) -> bool:
    """Only the site's administrators, and the command line, create people without an institution and grant roles."""
    return actor.may(Permission.CREATE_PERSON, ())


def may_read_members(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reads the people of an institution and of all below it. `scopes`: `institutions.list_scopes`."""
    return actor.may(Permission.READ_MEMBER, scopes)


def may_manage_members(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer brings in, confirms, moves and ends the people of an institution and of all below it."""
    return actor.may(Permission.MANAGE_MEMBER, scopes)


def may_appoint(actor: Actor, scopes_above: Iterable[Scope], person_id: int | None) -> bool:
    """An officer appoints officers of institutions strictly below the own one, and nobody appoints oneself.

    `scopes_above` are those of the institutions above the one that gets an officer: never sideways, never up. The
    site's administrators appoint anywhere. What may be given may be taken back.
    """
    return not actor.is_person(person_id) and actor.may(Permission.APPOINT_OFFICER, scopes_above)
