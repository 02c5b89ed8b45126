"""SQL that rooms above may join, for lists that are sorted or paged across rooms."""

from sqlalchemy import exists, or_, select

from lms import accounts, institutions
from lms.learning.models import ActivityProgress, Edition, Enrolment

PATHS = institutions.institution_paths.c
MEMBERSHIPS = accounts.confirmed_memberships.c

# Whether the enrolment belongs to the institution that it names: on the day of its completion, or today while it is
# not completed, the person was a confirmed member. A claim opens nothing, and what was theirs stays theirs.
belongs = (
    exists()
    .where(
        MEMBERSHIPS.person_id == Enrolment.person_id,
        MEMBERSHIPS.institution_id == Enrolment.institution_id,
        or_(Enrolment.completed_on.is_(None), MEMBERSHIPS.started_on <= Enrolment.completed_on),
        or_(MEMBERSHIPS.ended_on.is_(None), MEMBERSHIPS.ended_on >= Enrolment.completed_on),
    )
    # Two levels down, SQLAlchemy would take any enrolment for this one.
    .correlate(Enrolment)
)

# The path of that institution, or NULL: what grants and lists of institutions go by.
institution_path = (
    select(PATHS.path)
    .where(PATHS.institution_id == Enrolment.institution_id, belongs)
    .correlate(Enrolment)
    .scalar_subquery()
)

# One row an enrolment: whose it is, in what, and the institution that it belongs to.
enrolment_owners = (
    select(
        Enrolment.id.label("enrolment_id"),
        Enrolment.person_id,
        Enrolment.institution_id,
        Enrolment.enrolled_at,
        Enrolment.last_active_at,
        Enrolment.progress,
        Enrolment.done_count,
        Enrolment.completed_at,
        Enrolment.completed_on,
        Edition.module_id,
        Edition.id.label("edition_id"),
        Edition.key.label("edition_key"),
        institution_path.label("institution_path"),
        # Whether that is not NULL, which costs less to ask.
        belongs.label("belongs"),
    )
    .join(Edition, Edition.id == Enrolment.edition_id)
    .subquery("enrolment_owners")
)

# One row an edition of a module.
editions = select(
    Edition.id.label("edition_id"), Edition.module_id, Edition.key.label("edition_key")
).subquery("editions")

# One row an activity that an enrolment has a result in.
activity_progress = select(
    ActivityProgress.enrolment_id,
    ActivityProgress.activity_key,
    ActivityProgress.is_score_hidden,
).subquery("activity_progress")
