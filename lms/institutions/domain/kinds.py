"""What sorts of places and bodies there are, and which place may lie in which."""

from collections.abc import Mapping
from enum import StrEnum

from lms.core.i18n import N_


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


INSTITUTION_KINDS: Mapping[InstitutionKind, str] = {
    InstitutionKind.COMMISSION: N_("Electoral commission"),
    InstitutionKind.BRANCH: N_("Branch"),
    InstitutionKind.MINISTRY: N_("Ministry"),
    InstitutionKind.PROJECT: N_("Project"),
    InstitutionKind.PARTY: N_("Political party"),
    InstitutionKind.CIVIL_SOCIETY: N_("Civil society"),
    InstitutionKind.MEDIA: N_("Media"),
    InstitutionKind.JUDICIARY: N_("Judiciary"),
    InstitutionKind.SECURITY: N_("Security forces"),
    InstitutionKind.OTHER: N_("Other body"),
}

ZONE_KINDS: Mapping[ZoneKind, str] = {
    ZoneKind.COUNTRY: N_("Country"),
    ZoneKind.REGION: N_("Region"),
    ZoneKind.CERCLE: N_("Cercle"),
    ZoneKind.COMMUNE: N_("Commune"),
    ZoneKind.EMBASSY: N_("Embassy"),
}

_WIDEST_FIRST = (ZoneKind.COUNTRY, ZoneKind.REGION, ZoneKind.CERCLE, ZoneKind.COMMUNE)


def may_contain(outer: ZoneKind | None, inner: ZoneKind) -> bool:
    """Return whether a zone of kind `inner` may lie directly in one of kind `outer`, or at the top (None).

    At the top are countries. What lies in a zone is narrower, and levels may be left out; an embassy is its country's.
    """
    if outer is None:
        return inner is ZoneKind.COUNTRY
    if inner is ZoneKind.EMBASSY:
        return outer is ZoneKind.COUNTRY
    if outer is ZoneKind.EMBASSY:
        return False
    return _WIDEST_FIRST.index(outer) < _WIDEST_FIRST.index(inner)
