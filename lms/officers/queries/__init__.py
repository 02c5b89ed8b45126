"""Every reading of an institution's desk."""

from lms.officers.queries.figures import CountedPerson, Figures, get_figures, list_counted

__all__ = ["CountedPerson", "Figures", "get_figures", "list_counted"]
