"""Every write of institutions."""

from lms.institutions.commands.importing import (
    INSTITUTION_COLUMNS,
    ZONE_COLUMNS,
    import_institutions,
    import_zones,
)
from lms.institutions.commands.institutions import (
    InstitutionDraft,
    add_institution,
    close_institution,
    create_institution,
    delete_institution,
    edit_institution,
    move_institution,
    reopen_institution,
    set_seats,
)
from lms.institutions.commands.member_types import (
    add_member_type,
    delete_member_type,
    rename_member_type,
)
from lms.institutions.commands.zones import (
    ZoneDraft,
    add_zone,
    create_zone,
    delete_zone,
    edit_zone,
    move_zone,
)

__all__ = [
    "INSTITUTION_COLUMNS",
    "ZONE_COLUMNS",
    "InstitutionDraft",
    "ZoneDraft",
    "add_institution",
    "add_member_type",
    "add_zone",
    "close_institution",
    "create_institution",
    "create_zone",
    "delete_institution",
    "delete_member_type",
    "delete_zone",
    "edit_institution",
    "edit_zone",
    "import_institutions",
    "import_zones",
    "move_institution",
    "move_zone",
    "rename_member_type",
    "reopen_institution",
    "set_seats",
]
