"""Values and rules of the catalogue: pure."""

from lms.catalogue.domain.certificates import MOST_LOGOS, MOST_SIGNATORIES, PartnerLogo, Signatory
from lms.catalogue.domain.content import content_hash
from lms.catalogue.domain.course import (
    Course,
    FigureFile,
    ModuleCourse,
    ProgrammeCourse,
    media_address,
)
from lms.catalogue.domain.events import ModulePublished
from lms.catalogue.domain.faults import Fault
from lms.catalogue.domain.manifest import (
    ActivityEntry,
    ModuleManifest,
    ProgrammeManifest,
    SectionEntry,
    list_outline_problems,
)
from lms.catalogue.domain.outline import Outline, OutlineActivity, OutlineSection
from lms.catalogue.domain.prerequisites import Prerequisites, list_prerequisite_faults
from lms.catalogue.domain.standing import ModuleStanding

__all__ = [
    "MOST_LOGOS",
    "MOST_SIGNATORIES",
    "ActivityEntry",
    "Course",
    "Fault",
    "FigureFile",
    "ModuleCourse",
    "ModuleManifest",
    "ModulePublished",
    "ModuleStanding",
    "Outline",
    "OutlineActivity",
    "OutlineSection",
    "PartnerLogo",
    "Prerequisites",
    "ProgrammeCourse",
    "ProgrammeManifest",
    "SectionEntry",
    "Signatory",
    "content_hash",
    "list_outline_problems",
    "list_prerequisite_faults",
    "media_address",
]
