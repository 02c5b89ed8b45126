"""Who may see credentials, and do something about them. Anybody who has the code may check one."""

from collections.abc import Iterable

from lms.core.permissions import Actor, Permission, Scope


def may_read(actor: Actor, holder_id: int | None, scopes: Iterable[Scope]) -> bool:
    """The holder sees and downloads it, and whoever has the permission at one of its scopes."""
    return actor.is_person(holder_id) or actor.may(Permission.READ_CREDENTIAL, scopes)


def may_read_record(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Whoever may correct it sees what was asked, answered and withdrawn."""
    return actor.may(Permission.CORRECT_CREDENTIAL, scopes)


def may_correct(actor: Actor, holder_id: int | None, scopes: Iterable[Scope]) -> bool:
    """Whoever has the permission at one of its scopes, but for oneself nobody."""
    return not actor.is_person(holder_id) and actor.may(Permission.CORRECT_CREDENTIAL, scopes)


def may_revoke(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Whoever has the permission at one of its scopes."""
    return actor.may(Permission.REVOKE_CREDENTIAL, scopes)


def may_erase(actor: Actor) -> bool:
    """The command line, and the administrators of the whole site: what is erased does not come back."""
    return actor.may(Permission.REVOKE_CREDENTIAL, ())


def keeps_records(actor: Actor) -> bool:
    """Whoever may correct credentials, wherever that is."""
    return bool(actor.scopes_of(Permission.CORRECT_CREDENTIAL))
