"""Who may see credentials. Anybody who has the code may check one."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope


def may_read(actor: Actor, holder_id: int | None, scopes: Iterable[Scope]) -> bool:
    """The holder sees and downloads it, and whoever has the permission at one of its scopes."""
    return actor.is_person(holder_id) or actor.may(Permission.READ_CREDENTIAL, scopes)
