"""SQL that rooms above may join."""

from sqlalchemy import case, func, select

from lms.accounts.domain import NameOrder
from lms.accounts.models import Membership, Person, PersonalDetail

# One row a person, with the name as it is written out.
person_names = select(
    Person.id.label("person_id"),
    func.trim(
        case(
            (
                Person.name_order == NameOrder.FAMILY_FIRST,
                Person.family_names + " " + Person.given_names,
            ),
            else_=Person.given_names + " " + Person.family_names,
        )
    ).label("name"),
    Person.given_names,
    Person.family_names,
    Person.folded_name,
    Person.printed_name,
    Person.login,
    Person.email,
    Person.language,
    Person.deactivated_at,
).subquery("person_names")

# One row a membership that was confirmed: whose, where, in which seat, and on which days (both included).
confirmed_memberships = (
    select(
        Membership.id.label("membership_id"),
        Membership.person_id,
        Membership.institution_id,
        Membership.member_type,
        Membership.started_on,
        Membership.ended_on,
    )
    .where(Membership.confirmed_at.is_not(None), Membership.refused_at.is_(None))
    .subquery("confirmed_memberships")
)

# One row a membership that a person claims and that no officer has answered.
waiting_claims = (
    select(
        Membership.id.label("membership_id"),
        Membership.person_id,
        Membership.institution_id,
        Membership.claimed_at,
    )
    .where(
        Membership.confirmed_at.is_(None),
        Membership.refused_at.is_(None),
        Membership.ended_on.is_(None),
        Membership.invited_by_id.is_(None),
    )
    .subquery("waiting_claims")
)

# One row a person who said something of sex or age. For figures that show nobody alone.
personal_details = select(
    PersonalDetail.person_id, PersonalDetail.sex, PersonalDetail.age_band
).subquery("personal_details")
