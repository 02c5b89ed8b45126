"""An institution's desk: bring people in, follow them, download their certificates, and count."""

from lms.officers.commands.bundles import let_go_of_names

__all__ = ["let_go_of_names"]
