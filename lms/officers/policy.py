"""Who may do what at an institution's desk. `scopes` are those of `institutions.list_scopes`."""

from collections.abc import Iterable

from lms.core.permissions import SITE, Actor, Permission, Scope, ScopeKind


def keeps_desk(actor: Actor) -> bool:
    """Return whether there is an institution whose people the actor may read."""
    granted = actor.scopes_of(Permission.READ_MEMBER)
    return SITE in granted or any(scope.kind is ScopeKind.INSTITUTION for scope in granted)


def may_read(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reads the people of the institution and of all below it."""
    return actor.may(Permission.READ_MEMBER, scopes)


def may_read_credentials(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reads and downloads the certificates of the institution and of all below it."""
    return actor.may(Permission.READ_CREDENTIAL, scopes)


def may_enrol(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer enrols the members of the institution and of all below it."""
    return actor.may(Permission.ENROL_MEMBER, scopes)


def may_remind(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """An officer reminds the members of the institution and of all below it."""
    return actor.may(Permission.SEND_REMINDER, scopes)


def may_read_bundle(actor: Actor, owner_id: int | None, scopes: Iterable[Scope]) -> bool:
    """A download is its owner's, as long as the certificates may be read; those who run the site see it, too."""
    return may_read_credentials(actor, scopes) and (
        actor.is_person(owner_id) or actor.may(Permission.READ_JOB, [SITE])
    )


def may_read_figures(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Counts of the people of an institution and of all below it."""
    return actor.may(Permission.READ_FIGURES, scopes)


def may_read_personal(actor: Actor, scopes: Iterable[Scope]) -> bool:
    """Who the people are whom a number by sex or age counts."""
    return actor.may(Permission.READ_PERSONAL, scopes)
