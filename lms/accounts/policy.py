"""Who may do what with people."""

from lms.core.permissions import Actor, Permission


def may_create_person(actor: Actor) -> bool:
    """Only the site's administrators, and the command line, create people and grant roles."""
    return actor.may(Permission.CREATE_PERSON, ())
