"""Who may read a question bank, which tells every right answer."""

from lms.core.permissions import Actor, Permission, Scope, ScopeKind


def may_read_bank(actor: Actor, module_id: int, programme_id: int) -> bool:
    """Whoever has the permission on the site, at the module or at its programme; no learner has it."""
    scopes = (Scope(ScopeKind.MODULE, module_id), Scope(ScopeKind.PROGRAMME, programme_id))
    return actor.may(Permission.READ_BANK, scopes)
