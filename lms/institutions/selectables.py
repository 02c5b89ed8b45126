"""SQL that rooms above may join."""

from sqlalchemy import select

from lms.institutions.models import Institution, MemberType

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

# One row a member type: whose seats a branch may have.
member_types = select(MemberType.key, MemberType.name).subquery("member_types")
