"""Who may change institutions, zones and types of members."""

from collections.abc import Iterable

from lms.core.permissions import SITE, Actor, Permission, Scope, ScopeKind


def may_edit(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Whoever has the permission at the institution, at one above it, or on the site. `scopes`: `list_scopes`.

    To add, move, close or delete, ask with the scopes of what lies above; of what lies above all, there are none.
    """
    return actor.may(Permission.EDIT_INSTITUTION, scopes)


def may_edit_site(actor: Actor) -> bool:
    """Zones and types of members are everybody's: who has the permission on the whole site."""
    return actor.may(Permission.EDIT_INSTITUTION, ())


def may_administer(actor: Actor) -> bool:
    """Whoever may edit some institution, wherever that is."""
    return bool(list_editable(actor)) or may_edit_site(actor)


def list_editable(actor: Actor) -> list[int]:
    """Return the institutions at which the actor was granted the permission, in no order."""
    return [
        scope.id
        for scope in actor.scopes_of(Permission.EDIT_INSTITUTION)
        if scope != SITE and scope.kind is ScopeKind.INSTITUTION and scope.id is not None
    ]
