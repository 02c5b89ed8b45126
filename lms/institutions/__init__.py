"""The tree of institutions and zones. It knows no people."""

from lms.institutions.commands import create_institution
from lms.institutions.queries import InstitutionName, get_institution, list_scopes
from lms.institutions.selectables import institution_paths, member_types

__all__ = [
    "InstitutionName",
    "create_institution",
    "get_institution",
    "institution_paths",
    "list_scopes",
    "member_types",
]
