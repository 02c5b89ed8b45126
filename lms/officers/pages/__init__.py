"""The pages of an institution's desk."""

from lms.officers.pages import bundles, desk, figures, people

PAGES = (desk.pages, people.pages, bundles.pages, figures.pages)

__all__ = ["PAGES"]
