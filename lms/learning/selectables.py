"""SQL that rooms above may join, for lists that are sorted or paged across rooms."""

from sqlalchemy import select

from lms import institutions
from lms.learning.models import ActivityProgress, Edition, Enrolment

PATHS = institutions.institution_paths.c

# One row an enrolment: whose it is, in what, and the institution that it names.
enrolment_owners = (
    select(
        Enrolment.id.label("enrolment_id"),
        Enrolment.person_id,
        Enrolment.institution_id,
        Enrolment.completed_at,
        Edition.module_id,
        PATHS.path.label("institution_path"),
    )
    .join(Edition, Edition.id == Enrolment.edition_id)
    .outerjoin(institutions.institution_paths, PATHS.institution_id == Enrolment.institution_id)
    .subquery("enrolment_owners")
)

# One row an activity that an enrolment has a result in.
activity_progress = select(
    ActivityProgress.enrolment_id,
    ActivityProgress.activity_key,
    ActivityProgress.is_score_hidden,
).subquery("activity_progress")
