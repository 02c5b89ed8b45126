"""Values and rules of institutions: pure."""

from enum import StrEnum


class ZoneKind(StrEnum):
    """What sort of place a zone is, from the widest to the narrowest; an embassy is a place abroad."""

    COUNTRY = "country"
    REGION = "region"
    CERCLE = "cercle"
    COMMUNE = "commune"
    EMBASSY = "embassy"


class InstitutionKind(StrEnum):
    """What sort of body an institution is."""

    COMMISSION = "commission"
    BRANCH = "branch"
    MINISTRY = "ministry"
    PROJECT = "project"
    PARTY = "party"
    CIVIL_SOCIETY = "civil-society"
    MEDIA = "media"
    JUDICIARY = "judiciary"
    SECURITY = "security"
    OTHER = "other"
