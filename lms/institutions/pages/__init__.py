"""The administrators' pages: institutions, zones and types of members, edited in the browser and by files."""

from lms.institutions.pages import files, institutions, member_types, zones

PAGES = (institutions.pages, zones.pages, member_types.pages, files.pages)

__all__ = ["PAGES"]
