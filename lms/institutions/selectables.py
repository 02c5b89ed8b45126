"""SQL that rooms above may join."""

from sqlalchemy import select

from lms.institutions.models import Institution, MemberType, Seat

# One row an institution, with the path from which `list_scopes` reads.
institution_paths = select(
    Institution.id.label("institution_id"),
    Institution.parent_id,
    Institution.path,
    Institution.kind,
    Institution.name,
    Institution.zone_id,
    Institution.closed_on,
).subquery("institution_paths")

# One row an institution and type of member that it has seats for, with how many.
institution_seats = (
    select(
        Seat.institution_id,
        MemberType.key.label("member_type"),
        MemberType.name.label("member_type_name"),
        Seat.count.label("seats"),
    )
    .join(MemberType, MemberType.id == Seat.member_type_id)
    .subquery("institution_seats")
)

# One row a type of member.
member_types = select(MemberType.key, MemberType.name).subquery("member_types")
