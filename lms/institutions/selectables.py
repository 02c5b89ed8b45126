"""SQL that rooms above may join."""

from sqlalchemy import select

from lms.institutions.models import Institution, MemberType, Seat, Zone

# One row an institution, with the path from which `list_scopes` reads.
institution_paths = select(
    Institution.id.label("institution_id"),
    Institution.key,
    Institution.parent_id,
    Institution.path,
    Institution.kind,
    Institution.name,
    Institution.zone_id,
    Institution.closed_on,
).subquery("institution_paths")

# One row an institution and type of member that it has seats for; `member_type` is what memberships name.
institution_seats = (
    select(
        Seat.institution_id,
        Seat.member_type_id,
        MemberType.key.label("member_type"),
        MemberType.name,
        Seat.count.label("seats"),
    )
    .join(MemberType, MemberType.id == Seat.member_type_id)
    .subquery("institution_seats")
)

# One row a member type: whose seats a branch may have.
member_types = select(MemberType.key, MemberType.name).subquery("member_types")

# One row a zone.
zone_names = select(
    Zone.id.label("zone_id"), Zone.parent_id, Zone.path, Zone.kind, Zone.name
).subquery("zone_names")
